import Foundation

/// A programmer's error ends the process, with its reason on standard error: `precondition` says nothing
/// in a release build, and a server that died silently cannot be mended.
@inlinable
package func invariant(
  _ condition: @autoclosure () -> Bool, _ reason: @autoclosure () -> String,
  file: StaticString = #fileID, line: UInt = #line
) {
  if !condition() { trap(reason(), file: file, line: line) }
}

/// Where `invariant` ends, and for branches that cannot be reached.
@usableFromInline
package func trap(_ reason: String, file: StaticString = #fileID, line: UInt = #line) -> Never {
  FileHandle.standardError.write(Data("invariant broken at \(file):\(line): \(reason)\n".utf8))
  fatalError(reason)
}
