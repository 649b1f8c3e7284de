import Core

/// What one guest answers to an invitation (RFC 5546 section 3.2.3).
package struct GuestReply: Equatable, Sendable {
  package let uid: String
  /// Of the invitation that it answers.
  package let sequence: Int
  package let stamp: Timestamp
  /// In lower case.
  package let email: String
  package let participation: EventObject.Participation
  package let comment: String

  package init(
    uid: String, sequence: Int, stamp: Timestamp, email: String,
    participation: EventObject.Participation, comment: String = ""
  ) {
    self.uid = uid
    self.sequence = sequence
    self.stamp = stamp
    self.email = email
    self.participation = participation
    self.comment = comment
  }

  /// Reads METHOD:REPLY. Throws `notAnEventMessage` for other messages, and for replies that do not
  /// name exactly one attendee.
  package init(_ text: String, zones: ZoneDatabase) throws(ICalendarError) {
    // A reply's own times are of no consequence, so no zone is either.
    let message = try EventMessage(text, calendarZone: .utc, zones: zones)
    guard message.method == .reply, message.attendees.count == 1 else { throw .notAnEventMessage }
    self.init(
      uid: message.uid, sequence: message.sequence, stamp: message.stamp,
      email: message.attendees[0].email, participation: message.attendees[0].participation,
      comment: message.comment)
  }

  /// Whether it counts beside the answer that the same guest is known to have given: a higher
  /// SEQUENCE wins, among equals a later DTSTAMP (RFC 5546 section 2.1.5).
  package func supersedes(sequence: Int, stamp: Timestamp) -> Bool {
    (self.sequence, self.stamp) > (sequence, stamp)
  }
}
