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
  /// How much of it is known to have no end of an event.
  private var searched = 0
  private let inflater: Inflater?
  /// The response's head.
  public let head: ClientResponse

  /// Opens a stream with GET.
  ///
  /// - Parameter version: the body of HTTP/1.0 ends with the connection, so that only compression tells its end.
  public init(
    _ path: String, on connection: ClientConnection, version: String = "HTTP/1.1", headers: [String: String] = [:]
  ) async throws {
    self.connection = connection
    try await connection.request("GET", path, version: version, headers: headers)
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
      while let end = text.firstRange(of: "\n\n", from: searched) {
        let block = Array(text[...end.lowerBound])
        text.removeSubrange(..<end.upperBound)
        searched = 0
        if let event = Self.event(of: block), orHeartbeat || event.data != Self.heartbeat { return event }
      }
      searched = max(0, text.count - 1)
      guard let chunk = try await readPiece() else {
        if let inflater, !inflater.isComplete { throw Incomplete() }
        return nil
      }
      text += try inflater?.inflate(chunk) ?? chunk
    }
  }

  /// Reads some of the body; nil at its end.
  private func readPiece() async throws -> [UInt8]? {
    if head["transfer-encoding"] == "chunked" { return try await connection.readChunk() }
    let piece = try await connection.readSome()
    return piece.isEmpty ? nil : piece
  }

  /// Reads on until an event's data holds `needle`.
  public func next(containing needle: String) async throws -> ClientEvent? {
    while let event = try await next() {
      if event.data.contains(needle) { return event }
    }
    return nil
  }

  /// The events of an answer that is over.
  public static func events(of answer: [UInt8]) -> [ClientEvent] {
    var (events, start) = ([ClientEvent](), 0)
    while let end = answer.firstRange(of: "\n\n", from: start) {
      if let event = event(of: Array(answer[start...end.lowerBound])) { events.append(event) }
      start = end.upperBound
    }
    return events
  }

  /// The event of some lines, each with its end.
  private static func event(of block: [UInt8]) -> ClientEvent? {
    var (type, id, data, start) = ("message", String?.none, [String](), 0)
    while let end = block.firstRange(of: "\n", from: start) {
      let line = start..<end.lowerBound
      start = end.upperBound
      guard let colon = block.firstRange(of: ":", from: line.lowerBound)?.lowerBound, colon < line.upperBound else {
        continue
      }
      let hasSpace = colon + 1 < line.upperBound && block[colon + 1] == UInt8(ascii: " ")
      let value = block.text(colon + (hasSpace ? 2 : 1)..<line.upperBound)
      switch block.text(line.lowerBound..<colon) {
      case "event": type = value
      case "id": id = value
      case "data": data.append(value)
      default: break
      }
    }
    return data.isEmpty ? nil : ClientEvent(type: type, id: id, data: data.joined(separator: "\n"))
  }
}
