import Core
import Foundation
import Queue
import SQLite

/// The command line: parses, loads the settings, runs the command, and turns what goes wrong into words
/// and an exit code.
enum Program {
  static func run(_ arguments: [String]) -> ExitCode {
    let command: ParsedCommand
    do throws(CommandLineError) {
      switch try CommandLineParser.bookend.parse(arguments) {
      case .help(let text):
        Output.line(text)
        return .success
      case .run(let parsed): command = parsed
      }
    } catch {
      Output.complain(CommandLineParser.bookend.message(for: error))
      return .usage
    }
    do {
      let configuration = try Configuration.load(
        arguments: command.configuration, environment: ProcessInfo.processInfo.environment,
        readFile: { FileManager.default.contents(atPath: $0).map { [UInt8]($0) } })
      return try run(command, configuration)
    } catch {
      let code = complain(about: error)
      // A mail server takes any other code for a verdict on the mail; what is wrong here is no fault of it.
      let isOurs = code == .configuration || code == .unavailable
      return command.path == ["mail", "receive"] && isOurs ? .tryAgain : code
    }
  }

  private static func run(
    _ command: ParsedCommand, _ configuration: Configuration
  ) throws -> ExitCode {
    switch command.path {
    case ["serve"]: try ServeCommand(configuration).run()
    case ["worker"]: try ServeCommand(configuration, isWorkerOnly: true).run()
    case ["demo"]: try DemoCommand(configuration).run()
    case ["sandbox"]: try SandboxCommand(configuration, command).run()
    case ["check"]: try CheckCommand(configuration, command).run()
    case ["migrate"]: try MigrateCommand(configuration).run()
    case ["links", "create"]: try LinkCommands(configuration, command).create()
    case ["links", "list"]: try LinkCommands(configuration, command).list()
    case ["links", "show"]: try LinkCommands(configuration, command).show()
    case ["links", "update"]: try LinkCommands(configuration, command).update()
    case ["links", "pause"]: try LinkCommands(configuration, command).pause()
    case ["links", "resume"]: try LinkCommands(configuration, command).resume()
    case ["links", "explain"]: try LinkExplainCommand(configuration, command).run()
    case ["links", "spends"]: try LinkCommands(configuration, command).spends()
    case ["links", "reopen"]: try LinkCommands(configuration, command).reopen()
    case ["links", "delete"]: try LinkCommands(configuration, command).delete()
    case ["connections", "add"]: try ConnectionCommands(configuration, command).add()
    case ["connections", "list"]: try ConnectionCommands(configuration, command).list()
    case ["connections", "test"]: try ConnectionCommands(configuration, command).test()
    case ["connections", "remove"]: try ConnectionCommands(configuration, command).remove()
    case ["connections", "authorize"]: try ConnectionCommands(configuration, command).authorize()
    case ["secrets", "rotate"]: try SecretCommands(configuration, command).rotate()
    case ["secrets", "reseal"]: try SecretCommands(configuration, command).reseal()
    case ["mail", "receive"]: try MailCommands(configuration, command).receive()
    case ["keys", "create"]: try KeyCommands(configuration, command).create()
    case ["jobs", "list"]: try JobCommands(configuration, command).list()
    case ["jobs", "show"]: try JobCommands(configuration, command).show()
    case ["jobs", "why"]: try JobCommands(configuration, command).why()
    case ["jobs", "retry"]: try JobCommands(configuration, command).act(.retry)
    case ["jobs", "run-now"]: try JobCommands(configuration, command).act(.runNow)
    case ["jobs", "cancel"]: try JobCommands(configuration, command).act(.cancel)
    case ["jobs", "discard"]: try JobCommands(configuration, command).act(.discard)
    case ["jobs", "accept-effect"], ["jobs", "resend-effect"]:
      try JobCommands(configuration, command).effect()
    case ["jobs", "undo"]: try JobCommands(configuration, command).undo()
    case ["queues", "list"]: try QueueCommands(configuration, command).listQueues()
    case ["queues", "pause"]: try QueueCommands(configuration, command).setPause(true)
    case ["queues", "resume"]: try QueueCommands(configuration, command).setPause(false)
    case ["findings", "list"]: try FindingCommands(configuration, command).list()
    case ["findings", "show"]: try FindingCommands(configuration, command).show()
    case ["findings", "compare"]: try FindingCommands(configuration, command).compare()
    case ["findings", "repair"]: try FindingCommands(configuration, command).repair()
    case ["lanes", "list"]: try QueueCommands(configuration, command).listLanes()
    case ["lanes", "reset"]: try QueueCommands(configuration, command).resetLane()
    default: trap("every command of the grammar has a body: \(command.path)")
    }
  }

  private static func complain(about error: any Error) -> ExitCode {
    switch error {
    case let problems as ConfigurationProblems:
      problems.problems.forEach { Output.complain($0.description) }
      return .configuration
    case let problems as JobDefinitions.Problems:
      problems.problems.forEach { Output.complain("\($0)") }
      return .configuration
    case let problem as MailSettingProblem:
      Output.complain(problem.description)
      return .configuration
    case let refusal as CommandRefusal:
      Output.complain(refusal.detail)
      return refusal.code
    case let error as DatabaseError:
      Output.complain(error.description)
      return .unavailable
    default:
      Output.complain("\(error)")
      return .unavailable
    }
  }
}

/// A command that cannot be carried out, in words for whoever typed it.
struct CommandRefusal: Error {
  let code: ExitCode
  let detail: String

  init(_ detail: String) { self.init(.failure, detail) }

  init(_ code: ExitCode, _ detail: String) {
    self.code = code
    self.detail = detail
  }
}
