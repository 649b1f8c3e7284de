import Core

extension BookingDetails {
  /// As the database keeps it. What is kept was checked when it came in, so that reading it back only
  /// fails where the row was tampered with.
  package init?(reading fields: FieldReader) {
    let title = fields.string("title", length: 0...1000)
    let location = fields.string("location", length: 0...1000)
    let guestTimeZone = fields.string("guestTimeZone", length: 1...64)
    let hostTimeZone = fields.string("hostTimeZone", length: 1...64)
    let name = fields.string("guestName", length: 0...1000)
    let email = fields.string("guestEmail", length: 0...1000)
    let additional = fields.strings("additionalGuests", count: 0...100, length: 0...1000)
    let notes = fields.string("notes", length: 0...100_000)
    // Bookings made before there were questions have none.
    let answers = fields.optionalArray("answers", count: 0...100) { Answer(reading: $0) }
    let before = fields.integer("bufferBeforeMinutes", in: LinkSettings.Limit.bufferMinutes)
    let after = fields.integer("bufferAfterMinutes", in: LinkSettings.Limit.bufferMinutes)
    // Bookings of earlier versions have none.
    let locale = fields.optionalString("guestLocale", length: 0...35)
    let reminders = fields.optionalIntegers(
      "remindersMinutes", count: LinkSettings.Limit.reminders,
      in: LinkSettings.Limit.reminderMinutes)
    let conference = fields.optionalBoolean("wantsConference")
    guard let title, let location, let guestTimeZone, let hostTimeZone, let name, let email,
      let additional, let notes, let before, let after
    else { return nil }
    self.init(
      title: title, location: location, guestTimeZone: guestTimeZone, hostTimeZone: hostTimeZone,
      guest: Guest(name: name, email: email), additionalGuests: additional, notes: notes,
      answers: answers ?? [], bufferBeforeMinutes: before, bufferAfterMinutes: after,
      guestLocale: locale ?? "", remindersMinutes: reminders ?? [],
      wantsConference: conference ?? false)
  }

  package var json: [UInt8] {
    var writer = JSONWriter()
    writer.object {
      $0.field("title", title)
      $0.field("location", location)
      $0.field("guestTimeZone", guestTimeZone)
      $0.field("hostTimeZone", hostTimeZone)
      $0.field("guestName", guest.name)
      $0.field("guestEmail", guest.email)
      $0.array("additionalGuests", additionalGuests) { $0.value($1) }
      $0.field("notes", notes)
      $0.array("answers", answers) { writer, answer in writer.object { answer.write(to: &$0) } }
      $0.field("bufferBeforeMinutes", bufferBeforeMinutes)
      $0.field("bufferAfterMinutes", bufferAfterMinutes)
      $0.field("guestLocale", guestLocale)
      $0.array("remindersMinutes", remindersMinutes) { $0.value($1) }
      $0.field("wantsConference", wantsConference)
    }
    return writer.bytes
  }
}

extension Answer {
  fileprivate init?(reading fields: FieldReader) {
    let question = fields.string("question", length: 0...1000)
    let label = fields.string("label", length: 0...1000)
    let text = fields.string("text", length: 0...10_000)
    guard let question, let label, let text else { return nil }
    self.init(question: question, label: label, text: text)
  }

  fileprivate func write(to writer: inout JSONWriter) {
    writer.field("question", question)
    writer.field("label", label)
    writer.field("text", text)
  }
}
