import Core

/// A Meet that was asked for with an event: made aside, so that it may be there later than the event.
struct GoogleConference: Sendable {
  enum State: String, Sendable { case pending, success, failure }

  let requestID: String
  let type: String
  var state: State
  let due: Timestamp
  /// `abc-defg-hij`.
  let code: String

  func write(to json: inout JSONObject) {
    let key: JSON = ["type": .string(type)]
    var data: JSON = [
      "createRequest": [
        "requestId": .string(requestID), "conferenceSolutionKey": key,
        "status": ["statusCode": .string(state.rawValue)],
      ]
    ]
    if state == .success {
      let uri: JSON = .string("https://meet.google.com/\(code)")
      data =
        data.adding(
          "entryPoints",
          [
            [
              "entryPointType": "video", "uri": uri, "label": .string("meet.google.com/\(code)"),
            ]
          ]
        )
        .adding(
          "conferenceSolution",
          [
            "key": key, "name": "Google Meet",
            "iconUri":
              "https://fonts.gstatic.com/s/i/productlogos/meet_2020q4/v6/web-512dp/logo.png",
          ]
        )
        .adding("conferenceId", .string(code))
      json["hangoutLink"] = uri
    }
    json["conferenceData"] = data
  }
}

extension World {
  /// The conference that a write asks for, begun; the one that is there where it asks for the same again.
  /// Nil takes it away.
  mutating func conference(
    asked json: JSON?, of event: GoogleEvent?, in calendar: GoogleCalendar
  ) throws(Refusal) -> GoogleConference? {
    guard let request = json?["createRequest"], request.object != nil else {
      return json?.object == nil ? nil : event?.conference
    }
    guard let id = request["requestId"]?.string, !id.isEmpty else {
      throw .googleRequired("Missing conference request id.")
    }
    if let conference = event?.conference, conference.requestID == id { return conference }
    let type = request["conferenceSolutionKey"]?["type"]?.string ?? "hangoutsMeet"
    guard calendar.conferenceTypes.contains(type) else {
      throw .googleInvalid("Invalid conference type value.")
    }
    let letters = randomness.bytes(10).map { Unicode.Scalar(UInt8(ascii: "a") + $0 % 26) }
    var code = ""
    for (index, letter) in letters.enumerated() {
      if index == 3 || index == 7 { code += "-" }
      code.unicodeScalars.append(letter)
    }
    return GoogleConference(
      requestID: id, type: type, state: .pending, due: now + settings.conferenceDelay, code: code)
  }

  /// Conferences and online meetings that are due are there now.
  mutating func settleConferences() {
    let due = google.pendingConferences
    google.pendingConferences = due.filter { !settle($0.calendar, $0.event) }
    settleOnlineMeetings()
  }

  private mutating func settle(_ calendar: String, _ id: String) -> Bool {
    guard var event = google.calendars[calendar]?.event(id), event.conference?.state == .pending,
      let due = event.conference?.due
    else { return true }
    guard due <= now else { return false }
    event.conference?.state = settings.conferenceFails ? .failure : .success
    google.calendars[calendar]?.put(event, at: now)
    return true
  }
}
