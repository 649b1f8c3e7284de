import Core

/// A finding's number.
package struct FindingID: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let number: Int64

  package init(number: Int64) { self.number = number }

  /// Reads `finding_42`, as `description` writes it.
  package init?(_ text: some StringProtocol) {
    guard text.hasPrefix("finding_"), let number = Int64(text.dropFirst(8)), number > 0 else {
      return nil
    }
    self.number = number
  }

  package var description: String { "finding_\(number)" }
  package static func < (a: FindingID, b: FindingID) -> Bool { a.number < b.number }
}

/// A difference that was found, until it is no longer there.
package struct Finding: Equatable, Sendable {
  package enum Resolution: String, Sendable, CaseIterable {
    /// A later comparison did not find it any more.
    case gone
    /// The meeting's time has passed.
    case past
    /// A job that an operator has started put it right.
    case repaired
  }

  /// What an operator has started.
  package struct Asked: Equatable, Sendable {
    package let repair: Repair
    package let by: String
    package let at: Timestamp
    /// `job_42`.
    package let job: String

    package init(repair: Repair, by: String, at: Timestamp, job: String) {
      self.repair = repair
      self.by = by
      self.at = at
      self.job = job
    }
  }

  package let id: FindingID
  package let organization: OrganizationID
  package let calendar: CalendarID
  package let difference: Difference
  package let firstSeenAt: Timestamp
  package let lastSeenAt: Timestamp
  package let resolvedAt: Timestamp?
  package let resolution: Resolution?
  /// The last repair that was started.
  package let asked: Asked?

  package init(
    id: FindingID, organization: OrganizationID, calendar: CalendarID, difference: Difference,
    firstSeenAt: Timestamp, lastSeenAt: Timestamp, resolvedAt: Timestamp? = nil,
    resolution: Resolution? = nil, asked: Asked? = nil
  ) {
    self.id = id
    self.organization = organization
    self.calendar = calendar
    self.difference = difference
    self.firstSeenAt = firstSeenAt
    self.lastSeenAt = lastSeenAt
    self.resolvedAt = resolvedAt
    self.resolution = resolution
    self.asked = asked
  }
}
