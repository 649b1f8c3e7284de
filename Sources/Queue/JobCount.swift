/// How many jobs of a kind are in a state.
package struct JobCount: Sendable, Equatable {
  package let key: JobCountKey
  package let count: Int

  package init(key: JobCountKey, count: Int) {
    self.key = key
    self.count = count
  }
}

package struct JobCountKey: Hashable, Sendable {
  package let kind: JobKind
  package let state: JobState

  package init(kind: JobKind, state: JobState) {
    self.kind = kind
    self.state = state
  }
}
