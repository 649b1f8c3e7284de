import Core

extension LinkSettings {
  /// The settings under which `booking` is looked at again: it keeps the duration and the buffers that were
  /// agreed, whatever the link says by now. Without a booking they are the link's own.
  package func agreed(with booking: Booking?) -> LinkSettings {
    guard let booking else { return self }
    var settings = self
    settings.durationsMinutes = [Int(booking.time.duration.wholeMilliseconds / 60_000)]
    settings.bufferBeforeMinutes = booking.details.bufferBeforeMinutes
    settings.bufferAfterMinutes = booking.details.bufferAfterMinutes
    return settings
  }
}
