import Core
import Foundation

/// The definitions of all kinds that this program can run.
package struct JobDefinitions: Sendable {
  private let byKind: [JobKind: JobDefinition]

  package struct Problems: Error, Equatable, Sendable {
    package let problems: [FileProblem]
  }

  /// Reads every `.json5` file of a folder. Throws all problems of all files at once, and those
  /// between files and program: a kind that has a definition and nobody who carries it out, or the other way
  /// round; one that its definition gives to somebody else than the program does; a file that is not named
  /// for its kind.
  package static func load(
    directory: String, handlers: [JobKind], byRequests: [JobKind] = JobKind.carriedOutByRequests
  ) throws(Problems) -> JobDefinitions {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    } catch {
      throw Problems(problems: [FileProblem(file: directory, detail: "cannot be read")])
    }
    let files = names.filter { $0.hasSuffix(suffix) }.map { name in
      let path = "\(directory)/\(name)"
      return File(path: path, bytes: FileManager.default.contents(atPath: path).map { [UInt8]($0) })
    }
    return try load(files, directory: directory, handlers: handlers, byRequests: byRequests)
  }

  /// One file; `bytes` is nil when it cannot be read.
  struct File {
    var path: String
    var bytes: [UInt8]?
  }

  static func load(
    _ files: [File], directory: String, handlers: [JobKind], byRequests: [JobKind] = []
  ) throws(Problems) -> JobDefinitions {
    var problems: [FileProblem] = []
    var byKind: [JobKind: JobDefinition] = [:]
    var namedKinds: Set<JobKind> = []
    for file in files {
      let kind = JobKind(rawValue: String(file.name.dropLast(suffix.count)))
      namedKinds.insert(kind)
      let performer: JobDefinition.Performer? =
        handlers.contains(kind) ? .worker : byRequests.contains(kind) ? .request : nil
      if performer == nil {
        problems.append(FileProblem(file: file.path, detail: "has no handler in this program"))
      }
      switch read(file) {
      case .success(let definition):
        byKind[kind] = definition
        if let performer, definition.carriedOutBy != performer {
          let detail = "carriedOutBy must be \"\(performer.rawValue)\": so this program does it"
          problems.append(FileProblem(file: file.path, detail: detail))
        }
      case .failure(let found): problems += found.problems
      }
    }
    for kind in handlers + byRequests where !namedKinds.contains(kind) {
      let path = "\(directory)/\(kind.rawValue)\(suffix)"
      let needs = handlers.contains(kind) ? "its handler needs it" : "what it records needs it"
      problems.append(FileProblem(file: path, detail: "is missing: \(needs)"))
    }
    guard problems.isEmpty else { throw Problems(problems: problems) }
    return JobDefinitions(byKind: byKind)
  }

  /// The definition of a kind that has a handler; another is a programmer's error.
  package subscript(kind: JobKind) -> JobDefinition {
    guard let definition = byKind[kind] else { trap("no definition of kind \(kind.rawValue)") }
    return definition
  }

  /// The definition of any kind that the database may hold; nil where this program has none.
  package func definition(of kind: JobKind) -> JobDefinition? { byKind[kind] }

  package var all: [JobDefinition] { byKind.values.sorted { $0.kind.rawValue < $1.kind.rawValue } }

  private static let suffix = ".json5"

  /// A definition is a page of text; a longer file is a mistake.
  private static let maximumBytes = 64 << 10

  private static func read(_ file: File) -> Result<JobDefinition, Problems> {
    guard let bytes = file.bytes else {
      return .failure(Problems(problems: [FileProblem(file: file.path, detail: "cannot be read")]))
    }
    let document: JSONDocument
    do {
      document = try JSONDocument(bytes, limits: JSON.Limits(maximumBytes: maximumBytes))
    } catch {
      return .failure(Problems(problems: [FileProblem(file: file.path, error)]))
    }
    var problems = document.duplicates.map { FileProblem(file: file.path, $0) }
    var definition: JobDefinition?
    do throws(FieldProblems) {
      definition = try FieldReader.read(document.value) { fields in
        checkName(of: file, fields)
        return JobDefinition(reading: fields)
      }
    } catch {
      problems += error.problems.map { FileProblem(file: file.path, $0, in: document) }
    }
    guard problems.isEmpty, let definition else { return .failure(Problems(problems: problems)) }
    return .success(definition)
  }

  private static func checkName(of file: File, _ fields: FieldReader) {
    guard let kind = fields.value("kind")?.string, file.name != kind + suffix else { return }
    fields.report("kind", "must be the file's name, \"\(file.name.dropLast(suffix.count))\"")
  }
}

extension JobDefinitions.File {
  fileprivate var name: String { path.split(separator: "/").last.map(String.init) ?? path }
}
