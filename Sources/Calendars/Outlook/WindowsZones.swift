import Core
import _FoundationICU

/// Names of time zones in Windows and in the IANA database, by the toolchain's copy of CLDR's table
/// (windowsZones.xml). The one file that knows ICU, whose module has no promise to stay.
enum WindowsZones {
  /// `W. Europe Standard Time` for `Europe/Berlin`; nil where Windows has none.
  static func windowsName(ofIANA name: String) -> String? {
    converted(name) { text, length, result, capacity, status in
      swift_ucal_getWindowsTimeZoneID(text, length, result, capacity, status)
    }
  }

  /// `Europe/Berlin` for `W. Europe Standard Time`: the place after which Windows names its zone. Nil for
  /// what is no name of Windows', such as `Customized Time Zone`.
  static func ianaName(ofWindows name: String) -> String? {
    converted(name) { text, length, result, capacity, status in
      swift_ucal_getTimeZoneIDForWindowsID(text, length, nil, result, capacity, status)
    }
  }

  private typealias Conversion = (
    UnsafePointer<UInt16>, Int32, UnsafeMutablePointer<UInt16>, Int32,
    UnsafeMutablePointer<UErrorCode>
  ) -> Int32

  private static func converted(_ name: String, _ convert: Conversion) -> String? {
    let text = Array(name.utf16)
    var result = [UInt16](repeating: 0, count: 128)
    var status = U_ZERO_ERROR
    let length = convert(text, Int32(text.count), &result, Int32(result.count), &status)
    guard status.rawValue <= U_ZERO_ERROR.rawValue, length > 0, length <= result.count else {
      return nil
    }
    return String(decoding: result[..<Int(length)], as: UTF16.self)
  }
}

extension ZoneDatabase {
  /// The zone that Outlook calls so: a Windows name or, newer, an IANA one.
  func outlookZone(_ name: String) -> Zone? {
    if name.hasPrefix("tzone://Microsoft/Utc") { return .utc }
    return (WindowsZones.ianaName(ofWindows: name).flatMap { try? zone($0) }) ?? (try? zone(name))
  }

  /// How to write an instant for Outlook so that it is read as the same instant: in the zone by the name that
  /// Windows has for it, or nil where that is not certain and UTC has to do.
  ///
  /// Windows has one zone where tzdata has many, and they part when one of them changes its law: Vancouver
  /// left Pacific time in 2026, which Windows calls it by. Nor does a wall time without an offset say which of two it
  /// means when clocks go back.
  func outlookTime(_ instant: Timestamp, _ zone: Zone) -> (dateTime: String, timeZone: String)? {
    guard let windows = WindowsZones.windowsName(ofIANA: zone.name),
      let reference = WindowsZones.ianaName(ofWindows: windows).flatMap({ try? self.zone($0) }),
      reference.offsetSeconds(at: instant) == zone.offsetSeconds(at: instant),
      reference.instant(of: reference.local(at: instant)) == instant,
      let clock = WallClock(instant, in: zone)
    else { return nil }
    return (clock.text, windows)
  }
}
