@testable import DatastarHTTP
import DatastarPubSub
import HTTPServer
import TestSupport

/// Whatever frames, messages and heartbeats three streams of a topic are sent, in whatever order and with whatever left
/// out, each is decoded by zlib as it comes, and ends with the right checksum.
@Sendable func fuzzGzip(_ input: FuzzInput) throws {
  var input = input
  let framing = input.choice(of: [BodyFraming.chunked, .untilClose])
  var clients = (0..<3).map { _ in Client(framing) }
  var frames = [Frame(Payload([]))]
  // Compressing takes most of the time: as many steps as show what there is to see.
  for _ in 0..<40 where !input.isEmpty {
    let client = input.choice(of: Array(clients.indices))
    switch input.choice(of: [0, 1, 2, 3, 4, 5, 6]) {
    case 0: frames.append(Frame(Payload(content(&input)), after: frames.last))
    case 1: frames.append(Frame(Payload(edited(frames[frames.count - 1].payload.bytes, &input)), after: frames.last))
    case 2, 3: try clients[client].receive(frames[frames.count - 1])
    case 4: for client in clients.indices { try clients[client].receive(frames[frames.count - 1]) }
    case 5: try clients[client].receive(input.choice(of: frames))
    default: try clients[client].receive(Frame(Payload(input.piece())))
    }
    if input.choice(of: Array(0..<8)) == 7 {
      try clients[client].end()
      clients[client] = Client(framing)
    }
  }
  for client in clients { try client.end() }
}

/// Text of up to 64 KiB, which is twice what a block can refer back over: a piece again and again, or noise.
private func content(_ input: inout FuzzInput) -> [UInt8] {
  let size = Int(input.byte()) * 256
  let piece = input.piece()
  guard let first = piece.first else {
    var random = SplitMix64(seed: UInt64(size))
    return (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
  }
  return first.isMultiple(of: 2) ? piece : (0..<size).map { piece[$0 % piece.count] }
}

/// `bytes` with a piece in place of a part.
private func edited(_ bytes: [UInt8], _ input: inout FuzzInput) -> [UInt8] {
  let start = Int(input.byte()) * bytes.count / 256
  let end = min(start + Int(input.byte()), bytes.count)
  return bytes[..<start] + input.piece() + bytes[end...]
}

/// A stream and a browser that reads it.
private struct Client {
  private let framing: BodyFraming
  private var gzip: GzipStream
  private let inflater = Inflater()

  init(_ framing: BodyFraming) {
    self.framing = framing
    gzip = GzipStream(framing)
    check((try? read(gzip.header)) == [], "the header brings something")
  }

  mutating func receive(_ frame: Frame) throws {
    let read = try read(gzip.block(of: LoopFrame(frame)))
    check(read == frame.payload.bytes, "\(read.count) bytes instead of \(frame.payload.bytes.count)")
  }

  func end() throws {
    check(try read(gzip.trailer) == [] && inflater.isComplete, "the stream is not complete")
  }

  /// Takes a piece out of its framing and decodes it.
  private func read(_ piece: [UInt8]) throws -> [UInt8] {
    guard framing == .chunked else { return try inflater.inflate(piece) }
    let size = piece.prefix { $0 != 0x0D }
    let body = piece.dropFirst(size.count + 2).dropLast(2)
    let said = Int(String(decoding: size, as: UTF8.self), radix: 16)
    check(said == body.count && body.count > 0 && piece.suffix(2) == [0x0D, 0x0A], "not one chunk")
    return try inflater.inflate(Array(body))
  }
}
