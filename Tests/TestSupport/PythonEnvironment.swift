import Foundation

/// Where the servers that others wrote run.
package enum PythonEnvironment {
  package static let checkout = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Of the virtual environment in the build folder, or where `BOOKEND_PYTHON` says.
  package static var python: URL {
    if let given = ProcessInfo.processInfo.environment["BOOKEND_PYTHON"] {
      return URL(filePath: given)
    }
    // Not resolved any further: Python finds its environment by the name it is called by.
    return checkout.appending(path: ".build/python/bin/python")
  }
}
