import Bookings
import Core

/// A host's calendars, and which of them a link is to use.
struct HostCalendars: Sendable {
  private let all: [Calendar]
  /// Of accounts that can be reached: where new events may go.
  private let connected: Set<ConnectionID>
  private let providers: [ConnectionID: Connection.Provider]

  /// Throws `connection-required` for a host without any calendar.
  init(_ records: any WebRecords, _ host: HostRecord) throws {
    let connections = try records.connections(of: host.organization, host: host.id)
    all = try connections.flatMap { try records.calendars(of: $0.id) }
    providers = Dictionary(uniqueKeysWithValues: connections.map { ($0.id, $0.provider) })
    connected = Set(connections.filter { $0.state == .connected }.map(\.id))
    if all.isEmpty { throw Problem(Refusal.connectionRequired) }
  }

  /// The destination is the first calendar that can be written to, and everything that the host has counts
  /// as a conflict, unless they are named. Throws `Problem.invalid` for calendars that are not the host's or
  /// cannot be written to.
  func chosen(
    _ destination: CalendarID?, _ conflicts: [CalendarID]?
  ) throws(Problem) -> (destination: CalendarID, conflicts: [CalendarID]) {
    var problems: [FieldProblem] = []
    if let destination { problems += check(destination) }
    if let conflicts { problems += check(conflicts) }
    if !problems.isEmpty { throw .invalid(problems) }
    guard let destination = destination ?? usualDestination else {
      throw Problem(Refusal.connectionRequired)
    }
    return (destination, conflicts ?? all.map(\.id))
  }

  /// Throws `Problem.invalid` where events on the destination cannot have a video meeting of that kind, which
  /// is the fault of the field at `pointer`.
  func check(
    _ location: Location, at destination: CalendarID, reporting pointer: JSONPointer
  ) throws(Problem) {
    guard let calendar = all.first(where: { $0.id == destination }),
      let provider = providers[calendar.connection],
      let problem = location.problem(onCalendarOf: provider)
    else { return }
    throw .invalid([FieldProblem(pointer: pointer, detail: problem)])
  }

  private var usualDestination: CalendarID? {
    all.first { $0.isWritable && connected.contains($0.connection) }?.id
  }

  private func check(_ destination: CalendarID) -> [FieldProblem] {
    let pointer = CalendarChoice.destinationPointer
    guard let calendar = all.first(where: { $0.id == destination }) else {
      return [FieldProblem(pointer: pointer, detail: Self.noSuchCalendar)]
    }
    if calendar.isWritable { return [] }
    return [FieldProblem(pointer: pointer, detail: "is a calendar that can only be read")]
  }

  private func check(_ conflicts: [CalendarID]) -> [FieldProblem] {
    conflicts.enumerated().compactMap { index, id in
      let pointer = CalendarChoice.conflictsPointer.appending(index: index)
      if !all.contains(where: { $0.id == id }) {
        return FieldProblem(pointer: pointer, detail: Self.noSuchCalendar)
      }
      return conflicts[..<index].contains(id)
        ? FieldProblem(pointer: pointer, detail: "is there twice") : nil
    }
  }

  private static let noSuchCalendar = "is none of the host's calendars"
}
