import Store
import Workers

/// What the program gives its store to say for jobs that are given up unheard.
package let storedLastWords: LastWords = { kind, booking, lane in
  guard let record = UnheardJob.record(of: kind, booking, lane: lane),
    let settlement = record.settlement
  else { return nil }
  return (settlement, record.followUps)
}
