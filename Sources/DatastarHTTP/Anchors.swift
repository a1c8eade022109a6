/// Pieces by which old bytes are known again in new ones: those that stand once between the first difference and the
/// last.
///
/// What a state repeats in every row is no anchor, and leads nowhere.
struct Anchors {
  private let new: UnsafeRawBufferPointer
  private let old: UnsafeRawBufferPointer
  /// From here on both are alike to their ends.
  private let last: Place
  /// By a piece's hash: where it stands, or one of the values below.
  private var positions: [Int32]
  private let shift: Int
  /// The first anchor that has not been passed, if there is one.
  private var anchor: Place?
  /// Up to here, anchors have been looked for in the new bytes.
  private var searched = 0

  private static let none: Int32 = -1
  private static let several: Int32 = -2

  /// The anchors behind a place at which the bytes differ.
  init(_ new: UnsafeRawBufferPointer, _ old: UnsafeRawBufferPointer, after place: Place) {
    (self.new, self.old) = (new, old)
    last = Self.last(new, old, after: place)
    let pieces = place.old..<max(last.old - Piece.length + 1, place.old)
    // Twice as many slots as pieces, or more.
    let bits = max(Int.bitWidth - pieces.count.leadingZeroBitCount + 1, 1)
    (positions, shift) = ([Int32](repeating: Self.none, count: 1 << bits), Int.bitWidth - bits)
    for position in pieces { note(Piece(old, position), position) }
  }

  private mutating func note(_ piece: Piece, _ position: Int) {
    let slot = piece.hash >> shift
    let found = positions[Int(slot)]
    if found == Self.none {
      positions[Int(slot)] = Int32(position)
    } else if found >= 0, piece == Piece(old, Int(found)) {
      positions[Int(slot)] = Self.several
    }
  }

  private static func last(
    _ new: UnsafeRawBufferPointer, _ old: UnsafeRawBufferPointer, after place: Place
  ) -> Place {
    let most = min(new.count - place.new, old.count - place.old)
    var length = 0
    while length < most, new[new.count - length - 1] == old[old.count - length - 1] { length += 1 }
    return Place(new: new.count - length, old: old.count - length)
  }

  /// Where both go on alike behind a place at which they differ: from the next anchor within reach back to the
  /// difference, or behind the last difference. To be called for one place after the other.
  mutating func next(after place: Place) -> Place {
    if (anchor?.new ?? -1) < place.new { search(from: max(place.new, searched)) }
    if let anchor { return start(of: anchor, after: place) }
    // What is alike before the last difference may reach beyond it.
    return place.new <= last.new ? last : last + (place.new - last.new)
  }

  private mutating func search(from start: Int) {
    let end = max(last.new - Piece.length + 1, start)
    for position in start..<end {
      let piece = Piece(new, position)
      let found = Int(positions[Int(piece.hash >> shift)])
      if found >= 0, old.count - found + position <= Difference.window, piece == Piece(old, found) {
        (anchor, searched) = (Place(new: position, old: found), position + 1)
        return
      }
    }
    (anchor, searched) = (nil, end)
  }

  /// How far back both are alike before an anchor.
  private func start(of anchor: Place, after place: Place) -> Place {
    var start = anchor
    while start.new > place.new, start.old > 0, new[start.new - 1] == old[start.old - 1] {
      start = Place(new: start.new - 1, old: start.old - 1)
    }
    return start
  }
}

/// So many bytes as are enough to know a part of a state again, but for what it repeats.
struct Piece: Equatable {
  static let length = 24
  private let words: (UInt64, UInt64, UInt64)

  /// The bytes that stand at `position` and behind it, which have to be there.
  init(_ bytes: UnsafeRawBufferPointer, _ position: Int) {
    words = (
      bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self),
      bytes.loadUnaligned(fromByteOffset: position + 8, as: UInt64.self),
      bytes.loadUnaligned(fromByteOffset: position + 16, as: UInt64.self)
    )
  }

  /// Well spread in its highest bits.
  var hash: UInt64 {
    let mixed = (words.0 &* 0x9E37_79B9_7F4A_7C15 ^ words.1) &* 0xC2B2_AE3D_27D4_EB4F ^ words.2
    return mixed &* 0x9E37_79B9_7F4A_7C15
  }

  static func == (left: Piece, right: Piece) -> Bool { left.words == right.words }
}
