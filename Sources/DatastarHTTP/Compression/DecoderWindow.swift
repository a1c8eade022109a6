import DatastarPubSub

/// What the decoder of a compressed stream has read last, which the next block may refer back to: the ends of whole
/// payloads, heartbeats and all else that was sent.
///
/// ```
/// snapshot  presence  heartbeat  delta │ next delta        a block is right wherever just this was read before it
/// ```
///
/// Streams whose windows are equal are sent the same block. A shorter window is right too, as long as it is the end: so
/// streams with other beginnings come together.
struct DecoderWindow: Equatable {
  private var pieces: [Piece] = []

  /// What a decoder can refer back to of one payload.
  final class Piece: Sendable, Equatable {
    /// Its last bytes.
    let bytes: [UInt8]
    /// Whether that is not all of it, so that nothing that was read before it stands before these bytes.
    let isCut: Bool
    /// The topic whose state it shows; nil for what shows none.
    let topic: Topic?

    init(_ bytes: [UInt8], stateOf topic: Topic?) {
      isCut = bytes.count > endSize
      self.bytes = isCut ? Array(bytes.suffix(endSize)) : bytes
      self.topic = topic
    }

    static func == (left: Piece, right: Piece) -> Bool {
      left === right || left.topic == right.topic && left.bytes == right.bytes
    }
  }

  /// How many bytes are referred back to, of the 32 KB that deflate allows. zlib reads all of them for each block, and
  /// the end of a page has all of its sentences and some of its rows.
  private static let sizeLimit = 16 * 1024
  /// How many of one payload: room is left for what comes after it.
  private static let endSize = sizeLimit / 2
  /// How many payloads: ten minutes of heartbeats.
  private static let countLimit = 32

  var isEmpty: Bool { pieces.isEmpty }

  /// All of it, as zlib takes it.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size)
    for piece in pieces { bytes += piece.bytes }
    return bytes
  }

  private var size: Int { pieces.reduce(0) { $0 + $1.bytes.count } }

  /// Takes in what has been read now.
  mutating func append(_ piece: Piece) {
    if piece.isCut { pieces = [] }
    pieces.append(piece)
    var excess = size - Self.sizeLimit
    let outdated = pieces.prefix { piece in
      defer { excess -= piece.bytes.count }
      return excess > 0
    }
    pieces.removeFirst(max(outdated.count, pieces.count - Self.countLimit))
  }

  /// Shortens the window to what another decoder has read last, too. Returns false, and does nothing, where the newest
  /// state of a topic would no longer be in it: all streams would pay for that with the topic's next payload.
  mutating func shorten(toCommonWith other: DecoderWindow) -> Bool {
    var count = 0
    for (own, others) in zip(pieces.reversed(), other.pieces.reversed()) {
      guard own == others else { break }
      count += 1
    }
    let common = pieces.suffix(count)
    let isAllThere = pieces.dropLast(count).allSatisfy { piece in
      piece.topic == nil || common.contains { $0.topic == piece.topic }
    }
    if isAllThere, count < pieces.count { pieces = Array(common) }
    return isAllThere
  }
}
