/// One server-sent event as a client dispatches it.
public struct ClientEvent: Sendable, Equatable {
  /// The event's type, `message` where it has none.
  public let type: String
  /// The event's own id.
  public let id: String?
  /// The data lines, joined by LF.
  public let data: String

  /// Makes an event to compare with.
  public init(type: String, id: String?, data: String) {
    (self.type, self.id, self.data) = (type, id, data)
  }
}

/// Reads the events of a stream, compressed or not, by the rules of WHATWG HTML, "Server-sent events".
public final class EventReader {
  private let connection: ClientConnection
  private var text: [UInt8] = []
  private let inflater: Inflater?
  /// The response's head.
  public let head: ClientResponse

  /// Opens a stream with GET.
  public init(_ path: String, on connection: ClientConnection, headers: [String: String] = [:]) async throws {
    self.connection = connection
    try await connection.request("GET", path, headers: headers)
    head = try await connection.readHead()
    inflater = head["content-encoding"] == "gzip" ? Inflater() : nil
  }

  /// What a stream is that ends before its compression does.
  public struct Incomplete: Error {}

  /// Changes no signal: says that the line is there, whenever nothing else has been sent for a while.
  public static let heartbeat = "signals {}"

  /// The next event; nil at the clean end of the stream. Comments are passed over, and heartbeats unless asked for.
  public func next(orHeartbeat: Bool = false) async throws -> ClientEvent? {
    while true {
      while let end = text.firstRange(of: [0x0A, 0x0A]) {
        let block = String(decoding: text[..<end.lowerBound], as: UTF8.self)
        text.removeSubrange(..<end.upperBound)
        if let event = Self.event(of: block), orHeartbeat || event.data != Self.heartbeat { return event }
      }
      guard let chunk = try await connection.readChunk() else {
        if let inflater, !inflater.isComplete { throw Incomplete() }
        return nil
      }
      text += try inflater?.inflate(chunk) ?? chunk
    }
  }

  /// Reads on until an event's data holds `needle`.
  public func next(containing needle: String) async throws -> ClientEvent? {
    while let event = try await next() {
      if event.data.contains(needle) { return event }
    }
    return nil
  }

  private static func event(of block: String) -> ClientEvent? {
    var (type, id, data) = ("message", String?.none, [Substring]())
    for line in block.split(separator: "\n") where !line.hasPrefix(":") {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      let value = parts.count == 2 ? (parts[1].hasPrefix(" ") ? parts[1].dropFirst() : parts[1]) : ""
      switch parts[0] {
      case "event": type = String(value)
      case "id": id = String(value)
      case "data": data.append(value)
      default: break
      }
    }
    return data.isEmpty ? nil : ClientEvent(type: type, id: id, data: data.joined(separator: "\n"))
  }
}
