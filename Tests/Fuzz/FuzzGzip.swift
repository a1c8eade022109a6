import DatastarPubSub
import LibeventHTTP
import TodoTestSupport
@testable import DatastarHTTP

/// Whatever states, messages and heartbeats three streams are sent, in whatever order and with whatever left out, alone
/// or in step with others, each is decoded by zlib as it comes, and ends with the right checksum.
@Sendable func fuzzGzip(_ input: FuzzInput) throws {
  var input = input
  let framing = input.choice(of: [BodyFraming.chunked, .untilClose])
  var streams = Streams(framing)
  var last: [UInt8] = []
  var frames = [Sent(last, of: "a", isState: true)]
  // Compressing takes most of the time: as many steps as show what there is to see.
  for _ in 0..<40 where !input.isEmpty {
    let client = input.choice(of: Array(streams.clients.indices))
    switch input.choice(of: Array(0..<9)) {
    case 0: last = content(&input)
    case 1: last = edited(last, &input)
    case 2, 3: try streams.send(frames[frames.count - 1], to: client)
    case 4: for client in streams.clients.indices { try streams.send(frames[frames.count - 1], to: client) }
    case 5: try streams.send(input.choice(of: frames), to: client)
    case 6: try streams.send(Sent(input.piece(), of: nil, isState: false), to: client)
    case 7: streams.join(client)
    default: streams.leave(client)
    }
    if frames[frames.count - 1].frame.payload.bytes != last {
      frames.append(Sent(last, of: input.choice(of: ["a", "b"]), isState: input.choice(of: [true, false])))
    }
    if input.choice(of: Array(0..<8)) == 7 { try streams.end(client) }
  }
  for client in streams.clients.indices { try streams.end(client) }
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

/// A frame and its forms.
private struct Sent {
  let frame: Frame
  let encoded: EncodedFrame

  init(_ bytes: [UInt8], of topic: Topic?, isState: Bool) {
    frame = Frame(Payload(bytes, version: isState ? .init(revision: 1) : nil))
    encoded = EncodedFrame(frame, of: topic)
  }
}

/// Streams, and those of them that are in step.
private struct Streams {
  private let framing: BodyFraming
  private(set) var clients: [Client]
  private var common: GzipStream?
  private var members: Set<Int> = []

  init(_ framing: BodyFraming) {
    self.framing = framing
    clients = (0..<3).map { _ in Client(framing) }
  }

  /// Sends a frame to a stream, or to all that it is in step with.
  mutating func send(_ sent: Sent, to client: Int) throws {
    guard members.contains(client), let block = common?.block(of: sent.encoded) else {
      return try clients[client].receive(clients[client].gzip.block(of: sent.encoded), sent.frame)
    }
    for member in members { try clients[member].receive(block, sent.frame) }
  }

  mutating func join(_ client: Int) {
    if members.isEmpty { common = GzipStream(inStepWith: clients[client].gzip) }
    guard !members.contains(client), var common, clients[client].gzip.join(&common) else { return }
    members.insert(client)
    self.common = common
  }

  mutating func leave(_ client: Int) {
    if members.remove(client) != nil, let common { clients[client].gzip.leave(common) }
  }

  /// Ends a stream, in whose place another one begins.
  mutating func end(_ client: Int) throws {
    leave(client)
    try clients[client].end()
    clients[client] = Client(framing)
  }
}

/// A stream and a browser that reads it.
private struct Client {
  private let framing: BodyFraming
  var gzip: GzipStream
  private let inflater = Inflater()

  init(_ framing: BodyFraming) {
    self.framing = framing
    gzip = GzipStream(framing)
    check((try? read(gzip.header)) == [], "the header brings something")
  }

  func receive(_ block: [UInt8], _ frame: Frame) throws {
    let read = try read(block)
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
