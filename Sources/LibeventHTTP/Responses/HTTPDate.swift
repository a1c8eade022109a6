import DatastarLocking

/// Times as header fields tell them (RFC 9110, section 5.6.7): `Tue, 24 Nov 2026 01:13:04 GMT`.
enum HTTPDate {
  private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// - Parameter time: in seconds since 1970.
  static func text(_ time: time_t) -> String {
    var (time, parts) = (time, tm())
    gmtime_r(&time, &parts)
    func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + String(number) }
    let day = "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(1900 + parts.tm_year)"
    return "\(day) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
  }
}

/// The time of now as text, made once a second. Belongs to one loop.
struct HTTPClock {
  private var second: time_t = -1
  private var text = ""

  mutating func now() -> String {
    let now = time(nil)
    if now != second { (second, text) = (now, HTTPDate.text(now)) }
    return text
  }
}
