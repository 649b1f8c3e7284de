import Foundation

// What `make bench` measures of ours, one line of JSON for each figure:
//
//   writer callers=64 seconds=2 file=…              units/s through the group-commit writer
//   raw batch=128 seconds=2 file=…                  the same row in plain transactions
//   make what=backlog|laned|blocked|history jobs=1000000 file=…
//   lifecycles seconds=2 workers=64 lanes=PLACES|no file=…    enqueue → claim → run (nothing) → finish, jobs/s
//   rawLifecycles batch=64 seconds=2 file=…         the same rows and statements, one connection, nothing else
//   idle seconds=2 file=…                           enqueue → start of the handler, pool idle
//   lanes rounds=200 small=… large=… [statements=yes]      the others of a blocked lane
//   history rounds=100 small=… large=… [statements=yes]    writing and reading beside a long history
//   prune seconds=2 file=…                          forgetting in bites, and what an enqueue feels of it
//   log seconds=2 file=…                            the write-ahead log under readers
//   slots seconds=2                                 the slots of one page, in CPU time
//   month seconds=2                                 a month of 50 links on one calendar, in CPU time
//
// Files are used as they are, and made where there are none. It reads `jobs/`: run it in the checkout.

let words = CommandLine.arguments.dropFirst()
let options = Options(words.dropFirst())
var file: String { options.text("file") }
var seconds: Double { options.number("seconds") }

switch words.first {
case "writer": try measureWriter(callers: options.count("callers"), seconds: seconds, path: file)
case "raw": try measureRaw(batch: options.count("batch"), seconds: seconds, path: file)
case "make": try makeJobs(options.text("what"), size: options.count("jobs"), path: file)
case "lifecycles":
  try measureLifecycles(
    seconds: seconds, workers: options.count("workers"),
    places: options.text("lanes") == "no" ? nil : options.count("lanes"),
    path: file, statements: options.isOn("statements"))
case "rawLifecycles":
  try measureRawLifecycles(batch: options.count("batch"), seconds: seconds, path: file)
case "idle": try measureIdle(seconds: seconds, path: file)
case "lanes", "history":
  let compare = words.first == "lanes" ? compareLanes : compareHistory
  try compare(
    options.count("rounds"), options.text("small"), options.text("large"),
    options.isOn("statements"))
case "prune": try measurePrune(seconds: seconds, path: file)
case "log": try measureLog(seconds: seconds, path: file)
case "slots": try measureSlots(seconds: seconds)
case "month": try measureMonth(seconds: seconds)
default: Options.refuse("it measures nothing called \(words.first ?? "")")
}
