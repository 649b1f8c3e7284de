import Bookings
import Core

extension Interval: JSONWritable {
  package func write(to writer: inout JSONWriter) {
    writer.object {
      $0.field("start", start)
      $0.field("end", end)
    }
  }
}
