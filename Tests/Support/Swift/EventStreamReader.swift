/// Reads an event stream as WHATWG HTML says a browser does (9.2.6), and then as the Datastar client reads its data.
public struct EventStreamReader {
  /// One event as it is dispatched.
  public struct Event: Equatable {
    /// The event's type; empty where it has none.
    public fileprivate(set) var type = ""
    /// The data lines, joined by LF.
    public fileprivate(set) var data = ""

    /// The data lines by their first word, those of one word joined by LF.
    public var fields: [String: String] {
      var fields: [String: String] = [:]
      for line in data.lines(endedBy: ["\n"]) {
        let scalars = line.unicodeScalars
        let space = scalars.firstIndex(of: " ") ?? scalars.endIndex
        let word = String(scalars[..<space])
        let value = String(scalars[space...].dropFirst())
        fields[word] = fields[word].map { "\($0)\n\(value)" } ?? value
      }
      return fields
    }
  }

  /// The events in their order.
  public private(set) var events: [Event] = []
  /// What a reconnection would send as `Last-Event-ID`.
  public private(set) var lastEventID = ""
  /// How long a reconnection would wait; nil where the stream says nothing of it.
  public private(set) var retryMilliseconds: Int?

  /// Reads a stream to its end.
  public init(_ bytes: [UInt8]) {
    var text = String(decoding: bytes, as: UTF8.self)
    if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
    var event = Event()
    var hasData = false
    // What comes after the last line end is not a line.
    for line in text.lines(endedBy: ["\r\n", "\n", "\r"]).dropLast() {
      if line.isEmpty {
        if hasData { events.append(event) }
        event = Event()
        hasData = false
        continue
      }
      let scalars = line.unicodeScalars
      let colon = scalars.firstIndex(of: ":") ?? scalars.endIndex
      var value = scalars[colon...].dropFirst()
      if value.first == " " { value = value.dropFirst() }
      switch String(scalars[..<colon]) {
      case "event": event.type = String(value)
      case "data":
        event.data += hasData ? "\n\(String(value))" : String(value)
        hasData = true
      case "id" where !value.contains("\0"): lastEventID = String(value)
      case "retry" where value.allSatisfy { ("0"..."9").contains($0) }: retryMilliseconds = Int(String(value))
      default: break
      }
    }
  }
}

extension String {
  /// The lines of this text, compared scalar by scalar; the first of `ends` that fits is taken.
  public func lines(endedBy ends: [String]) -> [String] {
    let ends = ends.map { Array($0.unicodeScalars) }
    var lines: [String] = []
    var line = String.UnicodeScalarView()
    var rest = Array(unicodeScalars)[...]
    while let scalar = rest.first {
      if let end = ends.first(where: { rest.starts(with: $0) }) {
        lines.append(String(line))
        line = String.UnicodeScalarView()
        rest = rest.dropFirst(end.count)
      } else {
        line.append(scalar)
        rest = rest.dropFirst()
      }
    }
    return lines + [String(line)]
  }
}
