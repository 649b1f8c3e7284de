import Foundation

/// Every file of a folder with its bytes, for "was not touched".
package func contents(ofFolder path: String) throws -> [String: Data] {
  var files: [String: Data] = [:]
  for name in try FileManager.default.contentsOfDirectory(atPath: path) {
    files[name] = FileManager.default.contents(atPath: "\(path)/\(name)")
  }
  return files
}
