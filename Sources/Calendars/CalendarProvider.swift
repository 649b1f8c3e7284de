import Bookings
import Core

/// One connected account at a calendar provider.
///
/// Calls block until the provider has answered or its deadline has passed, and may come from several
/// threads at once. Everything that goes wrong comes as a `ProviderError`, whose kind says what to do
/// next; its message is safe to show and to keep.
///
/// Writes are named by the draft's `EventKey`, and each may be called any number of times, also after an
/// attempt whose outcome is unknown: a repeat finds what the first one did. Writes for one key are not
/// called at the same time as each other.
///
/// The conformance suite in CalendarsTests holds every implementation against the comments below. None of
/// them has a default: one that passes calls on would be answered by it in silence, instead of by whom it
/// stands for.
package protocol CalendarProvider: Sendable {
  /// Whether the provider itself mails every event's guests. Then nobody else may, or they get two mails.
  var invitesGuests: Bool { get }

  /// The same for one calendar, where it depends on the server: true means that the event, read back,
  /// tells for each guest. Asked of the server at most once in the life of this object.
  func invitesGuests(of calendar: Calendar) throws(ProviderError) -> Bool

  /// Whether its calendars lie in our own database: reading them is cheap, waits for no network, and
  /// must not be answered from a cache.
  var isLocal: Bool { get }

  /// Every calendar of the account that can hold events, in the provider's order.
  func calendars() throws(ProviderError) -> [RemoteCalendar]

  /// What keeps the owner busy during `window`: an entry for each calendar asked about, holding either
  /// intervals in order of their start, or why they are not known. Together they cover what is busy in
  /// the window, neither more nor less; whether one stands for one event or for several that touch, and
  /// whether it is cut off at the window's edge, is the provider's affair. A calendar that could not be
  /// read is never an empty one, and one that fails does not spoil the others.
  ///
  /// Cancelled, transparent and declined events do not count; tentative ones do. An all-day event takes
  /// the days of its calendar's zone. `own` does not count where it lies, and what lies beneath it does:
  /// it is told apart by its key and never by its time.
  ///
  /// Throws where the whole account cannot be asked, as with `needsOwner`.
  func busy(
    in calendars: [Calendar], during window: Interval, except own: OwnEvent?
  ) throws(ProviderError) -> [CalendarID: Result<[BusyInterval], ProviderError>]

  /// Makes the event, which invites its attendees where `invitesGuests`. However often it is called, the
  /// calendar holds one event under the key: an event with the draft's UID that is there already is
  /// adopted as it stands, at whatever time that is, since the owner may have moved it since.
  ///
  /// Throws `conflict(.occupied)` where somebody else's event lies under the key and `conflict(.gone)`
  /// where the provider remembers that ours was cancelled. A provider that does not remember (CalDAV,
  /// local) makes it anew: so nobody calls `create` again once it is recorded that it succeeded.
  func create(_ event: EventDraft, in calendar: Calendar) throws(ProviderError) -> EventReference

  /// Reads the event back, with a conference's link that came late: nil where there is none, one with
  /// `isCancelled` where the provider keeps it as cancelled. Nothing but the provider's own word is used,
  /// no cache.
  func event(_ key: EventKey, in calendar: Calendar) throws(ProviderError) -> StoredEvent?

  /// Whether the event lies where `create` would put it, not cancelled: for the repeat of a `create` that may
  /// have landed. It is cheaper than `event`, which also goes looking for one that the server or another
  /// program has put elsewhere; where that is so, `create` finds out and adopts it.
  func isInPlace(_ key: EventKey, in calendar: Calendar) throws(ProviderError) -> Bool

  /// Moves the event to the draft's interval and raises its sequence to the draft's, keeping whatever
  /// else the owner or other programs have written on it. An event that stands at the interval with at
  /// least that sequence is left alone: the repeat of a move changes nothing. Where the provider tells
  /// the guests of every change, whatever stands at the interval is left alone.
  ///
  /// Throws `conflict(.gone)` where the event was deleted or cancelled, `conflict(.newer)` where it
  /// carries a higher sequence at another time, and `conflict(.occupied)` where the key's place holds
  /// somebody else's event.
  func move(_ event: EventDraft, in calendar: Calendar) throws(ProviderError) -> EventReference

  /// Removes the event; one that is gone already is a success. Somebody else's event under the key is
  /// left alone, and that is a success too: ours is not there.
  func remove(_ event: EventDraft, in calendar: Calendar) throws(ProviderError)

  /// What has changed on the calendar since `position`; everything in the window where there is no position
  /// or the provider no longer knows it. The window counts for whole readings only: some providers tell of
  /// every later change, others of those in the window that the position was made for. nil where nothing
  /// but ourselves writes to the calendar.
  ///
  /// All pages are read before it returns: what is thrown half way leaves the position as it was.
  func changes(
    on calendar: Calendar, since position: SyncPosition?, during window: Interval
  ) throws(ProviderError) -> CalendarChanges?

  /// Every event in the window that we have made, told by the mark that we left on it and not by what we
  /// remember: for comparing the two. Cancelled ones are left out.
  func ownEvents(
    in calendar: Calendar, during window: Interval
  ) throws(ProviderError) -> [MarkedEvent]

  /// Removes an event that bears our mark and that we have not written, such as a copy that somebody has made.
  /// Google tells nobody; Outlook and CalDAV servers that schedule tell whoever the copy itself invites, since
  /// they leave no choice. One that is gone already, or that does not bear this mark, is left alone, and that
  /// is a success.
  func removeCopy(_ copy: MarkedEvent, in calendar: Calendar) throws(ProviderError)

  /// Asks the provider to call us when the calendar changes; nil where it cannot (CalDAV, local). The
  /// provider may call before this returns, to see whether the address is ours.
  func watch(
    _ calendar: Calendar, _ request: WatchRequest
  ) throws(ProviderError) -> CalendarWatch?

  /// The watch, lasting longer; nil where the provider has none that could, and a new one has to be asked
  /// for.
  func renew(
    _ watch: CalendarWatch, of calendar: Calendar, until: Timestamp
  ) throws(ProviderError) -> CalendarWatch?

  /// Ends the watch; one that has ended already is a success.
  func unwatch(_ watch: CalendarWatch, of calendar: Calendar) throws(ProviderError)
}

extension CalendarProvider {
  /// What is busy, a booking's own event among it.
  package func busy(
    in calendars: [Calendar], during window: Interval
  ) throws(ProviderError) -> [CalendarID: Result<[BusyInterval], ProviderError>] {
    try busy(in: calendars, during: window, except: nil)
  }
}
