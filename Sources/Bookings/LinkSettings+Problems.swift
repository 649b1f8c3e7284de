import Core

extension LinkSettings {
  /// All that is wrong, in the order of the fields; empty where a link may be had with these settings.
  package func problems(zones: ZoneDatabase) -> [SettingsProblem] {
    var problems = Problems()
    problems.check(title, Limit.titleCharacters, "title")
    problems.check(description, Limit.descriptionCharacters, "description")
    checkDurations(&problems)
    problems.check(slotIntervalMinutes, Limit.slotIntervalMinutes, "slotIntervalMinutes")
    problems.check(bufferBeforeMinutes, Limit.bufferMinutes, "bufferBeforeMinutes")
    problems.check(bufferAfterMinutes, Limit.bufferMinutes, "bufferAfterMinutes")
    problems.check(minimumNoticeMinutes, Limit.minimumNoticeMinutes, "minimumNoticeMinutes")
    checkVisibility(&problems)
    checkZone(zones, &problems)
    checkWeekly(&problems)
    checkOverrides(&problems)
    for (field, maximum) in [
      ("maximumPerDay", maximumPerDay), ("maximumPerWeek", maximumPerWeek),
      ("maximumPerGuest", maximumPerGuest),
    ] {
      if let maximum { problems.check(maximum, Limit.bookings, field) }
    }
    problems.check(
      maximumAdditionalGuests, Limit.additionalGuests, "maximumAdditionalGuests")
    if let age = maximumBusyAgeSeconds {
      problems.check(age, Limit.busyAgeSeconds, "maximumBusyAgeSeconds")
    }
    checkQuestions(&problems)
    problems.check(location.text, Limit.locationCharacters, "location")
    if location.kind == .custom, location.text.isEmpty {
      problems.add("location/text", "must not be empty")
    }
    return problems.found
  }

  private func checkDurations(_ problems: inout Problems) {
    problems.check(count: durationsMinutes.count, Limit.durations, "durationsMinutes")
    for (index, duration) in durationsMinutes.enumerated() {
      problems.check(duration, Limit.durationMinutes, "durationsMinutes/\(index)")
      if durationsMinutes[..<index].contains(duration) {
        problems.add("durationsMinutes/\(index)", "\(duration) is there twice")
      }
    }
  }

  private func checkVisibility(_ problems: inout Problems) {
    switch visibility {
    case .rollingDays(let days):
      problems.check(days, Limit.rollingDays, "visibility/rollingDays")
    case .dates(let from, let to):
      if to < from { problems.add("visibility/toDate", "must not be before fromDate") }
    }
  }

  private func checkZone(_ zones: ZoneDatabase, _ problems: inout Problems) {
    do {
      _ = try zones.zone(timeZone)
    } catch .unknown {
      problems.add("timeZone", "must be the IANA name of a time zone, such as Europe/Berlin")
    } catch {
      problems.add("timeZone", "is a time zone that this server cannot read")
    }
  }

  private func checkWeekly(_ problems: inout Problems) {
    problems.check(count: weekly.count, Limit.weeklyWindows, "weekly")
    if weekly.isEmpty, overrides.allSatisfy({ $0.windows.isEmpty }) {
      problems.add("weekly", "must have a window, unless overrides have some")
    }
    for (index, window) in weekly.enumerated() {
      if window.days.isEmpty { problems.add("weekly/\(index)/days", "must name a day") }
      problems.check(window.hours, "weekly/\(index)")
    }
  }

  private func checkOverrides(_ problems: inout Problems) {
    problems.check(count: overrides.count, Limit.overrides, "overrides")
    var dates: Set<CivilDate> = []
    for (index, override) in overrides.enumerated() {
      if !dates.insert(override.date).inserted {
        problems.add("overrides/\(index)/date", "\(override.date) is there twice")
      }
      let place = "overrides/\(index)/windows"
      problems.check(count: override.windows.count, Limit.overrideWindows, place)
      for (number, window) in override.windows.enumerated() {
        problems.check(window, "\(place)/\(number)")
      }
    }
  }

  private func checkQuestions(_ problems: inout Problems) {
    problems.check(count: questions.count, Limit.questions, "questions")
    for (index, question) in questions.enumerated() {
      let place = "questions/\(index)"
      if questions[..<index].contains(where: { $0.id == question.id }) {
        problems.add("\(place)/id", "is there twice")
      }
      problems.check(question.label, Limit.questionCharacters, "\(place)/label")
      guard case .choice(let choices) = question.kind else { continue }
      problems.check(count: choices.count, Limit.choices, "\(place)/choices")
      for (number, choice) in choices.enumerated() {
        problems.check(choice, Limit.choiceCharacters, "\(place)/choices/\(number)")
        if choices[..<number].contains(choice) {
          problems.add("\(place)/choices/\(number)", "is there twice")
        }
        // A form sends it back without them.
        if choice.first?.isWhitespace == true || choice.last?.isWhitespace == true
          || choice.contains(where: \.isNewline)
        {
          problems.add("\(place)/choices/\(number)", "must be one line without space around it")
        }
      }
    }
  }
}

private struct Problems {
  private(set) var found: [SettingsProblem] = []

  mutating func add(_ field: String, _ detail: String) {
    found.append(SettingsProblem(pointer: "#/\(field)", detail: detail))
  }

  mutating func check(_ number: Int, _ limits: ClosedRange<Int>, _ field: String) {
    if !limits.contains(number) {
      add(field, "must be from \(limits.lowerBound) to \(limits.upperBound)")
    }
  }

  mutating func check(_ window: DayWindow, _ field: String) {
    if !(0..<1440).contains(window.fromMinute) {
      add("\(field)/from", "must be from 00:00 to 23:59")
    }
    if !(0...1440).contains(window.toMinute) { add("\(field)/to", "must be from 00:00 to 24:00") }
  }

  mutating func check(count: Int, _ limits: ClosedRange<Int>, _ field: String) {
    if !limits.contains(count) {
      add(field, "must have from \(limits.lowerBound) to \(limits.upperBound) entries")
    }
  }

  /// Characters are code points, as JSON Schema counts them: a single grapheme may be any length.
  mutating func check(_ text: String, _ limits: ClosedRange<Int>, _ field: String) {
    let isBlank = text.unicodeScalars.allSatisfy(\.properties.isWhitespace)
    if limits.lowerBound > 0, isBlank {
      add(field, "must not be empty")
    } else if text.unicodeScalars.count > limits.upperBound {
      add(field, "must have at most \(limits.upperBound) characters")
    }
  }
}
