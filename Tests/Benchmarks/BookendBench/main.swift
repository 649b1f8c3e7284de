import Foundation

// What `make bench` measures of ours, one line of JSON a call:
//
//   BookendBench writer CALLERS SECONDS FILE      units/s through the group-commit writer
//   BookendBench raw BATCH SECONDS FILE           the same row in plain transactions of BATCH
//   BookendBench lifecycles SECONDS FILE          enqueue → claim → run (no-op) → finish, jobs/s
//   BookendBench idle SECONDS FILE                enqueue → start of the handler, pool idle
//   BookendBench slots SECONDS                    the slots of one page, in CPU time
//   BookendBench month SECONDS                    a month of 50 links on one calendar, in CPU time

var arguments = Array(CommandLine.arguments.dropFirst())
let mode = arguments.isEmpty ? "" : arguments.removeFirst()
if ["slots", "month"].contains(mode), let seconds = arguments.first.flatMap(Double.init) {
  try mode == "slots" ? measureSlots(seconds: seconds) : measureMonth(seconds: seconds)
  exit(0)
}
let path = arguments.last ?? ""
let seconds = arguments.dropLast().last.flatMap(Double.init) ?? 0
let size = arguments.first.flatMap(Int.init) ?? 0
guard seconds > 0, !path.isEmpty else {
  FileHandle.standardError.write(
    Data(
      ("usage: BookendBench writer|raw SIZE SECONDS FILE | lifecycles|idle SECONDS FILE"
        + " | slots|month SECONDS\n").utf8))
  exit(64)
}
for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }

switch mode {
case "writer": try measureWriter(callers: size, seconds: seconds, path: path)
case "raw": try measureRaw(batch: size, seconds: seconds, path: path)
case "lifecycles": try measureLifecycles(seconds: seconds, path: path)
case "idle": try measureIdle(seconds: seconds, path: path)
default: exit(64)
}
