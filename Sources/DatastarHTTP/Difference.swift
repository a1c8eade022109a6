/// What bytes have in common with those before them: the parts that are copied, and the little that is new.
///
/// Finds in some microseconds what a small change of a state leaves as it was, where a compressor looks at every byte of
/// both several times.
struct Difference {
  /// The bytes, as they are put together.
  private(set) var tokens: [Token] = []
  private var literals = 0

  enum Token: Equatable {
    /// A new byte.
    case literal(UInt8)
    /// 3 to 258 bytes that stand so far back, from 1 to 32,768.
    case copy(length: Int, distance: Int)
  }

  /// How far back a copy can refer.
  static let window = 32 * 1024
  private static let longestCopy = 258
  /// A shorter copy takes as many bits as its bytes.
  private static let shortestCopy = 4
  /// With more new bytes than these, a compressor finds more, within them.
  private static let literalLimit = 256

  /// What `bytes` have in common with `previous`; nil where that is not nearly all, or too far back.
  init?(of bytes: [UInt8], from previous: [UInt8]) {
    // What stays at the front is as far back as `previous` is long, and what stays at the end as `bytes` are.
    guard max(previous.count, bytes.count) <= Self.window else { return nil }
    let isSmall = bytes.withUnsafeBytes { new in
      previous.withUnsafeBytes { old in compare(new, old) }
    }
    guard isSmall, literals < bytes.count else { return nil }
  }

  /// Answers whether the difference is small.
  private mutating func compare(_ new: UnsafeRawBufferPointer, _ old: UnsafeRawBufferPointer) -> Bool {
    var place = Place(new: 0, old: 0)
    var anchors: Anchors?
    while true {
      let length = new.commonLength(from: place.new, with: old, from: place.old)
      if length >= Self.shortestCopy {
        append(copyOf: length, distance: old.count - place.old + place.new)
      } else {
        append(new[place.new..<place.new + length])
      }
      place += length
      if place.new == new.count { return true }
      let next = nextCommonPlace(new, old, place, &anchors)
      if literals + next.new - place.new > Self.literalLimit { return false }
      append(new[place.new..<next.new])
      place = next
    }
  }

  /// Where both go on alike after a place at which they differ, as long as can be told at little cost.
  private func nextCommonPlace(
    _ new: UnsafeRawBufferPointer, _ old: UnsafeRawBufferPointer, _ place: Place, _ anchors: inout Anchors?
  ) -> Place {
    func length(at place: Place) -> Int {
      new.commonLength(from: place.new, with: old, from: place.old, atMost: Self.certainLength)
    }
    let replaced = placeAfterReplacement(new, old, place)
    if let replaced, length(at: replaced) == Self.certainLength { return replaced }
    var found = anchors ?? Anchors(new, old, after: place)
    let anchor = found.next(after: place)
    anchors = found
    guard let replaced, length(at: replaced) > length(at: anchor) else { return anchor }
    return replaced
  }

  /// Where both go on alike after bytes that are as many as those that they replace, such as a number's digits.
  private func placeAfterReplacement(
    _ new: UnsafeRawBufferPointer, _ old: UnsafeRawBufferPointer, _ place: Place
  ) -> Place? {
    let most = min(new.count - place.new, old.count - place.old) - Piece.length
    guard most > 0 else { return nil }
    for length in 1...min(most, Self.longestReplacement)
    where Piece(new, place.new + length) == Piece(old, place.old + length) {
      return place + length
    }
    return nil
  }

  private static let longestReplacement = 32
  /// More than what rows of one list have in common at the same place, whichever of them they are.
  private static let certainLength = 1024

  private mutating func append(_ new: Slice<UnsafeRawBufferPointer>) {
    for byte in new { tokens.append(.literal(byte)) }
    literals += new.count
  }

  private mutating func append(copyOf length: Int, distance: Int) {
    var rest = length
    while rest > 0 {
      // Nothing may be left that is too short to be copied.
      let isRestTooShort = rest > Self.longestCopy && rest < Self.longestCopy + 3
      let part = isRestTooShort ? rest - 3 : min(rest, Self.longestCopy)
      tokens.append(.copy(length: part, distance: distance))
      rest -= part
    }
  }
}

/// A place in the new bytes, and the one in the old bytes that it is compared with.
struct Place {
  var new: Int
  var old: Int

  static func + (place: Place, length: Int) -> Place { Place(new: place.new + length, old: place.old + length) }
  static func += (place: inout Place, length: Int) { place = place + length }
}

extension UnsafeRawBufferPointer {
  /// How many bytes from `start` on are the same as those of others; `limit` where they are that many or more.
  fileprivate func commonLength(
    from start: Int, with other: Self, from otherStart: Int, atMost limit: Int = .max
  ) -> Int {
    let most = Swift.min(count - start, other.count - otherStart, limit)
    var length = 0
    while length + 8 <= most {
      let difference =
        loadUnaligned(fromByteOffset: start + length, as: UInt64.self).littleEndian
        ^ other.loadUnaligned(fromByteOffset: otherStart + length, as: UInt64.self).littleEndian
      if difference != 0 { return length + difference.trailingZeroBitCount / 8 }
      length += 8
    }
    while length < most, self[start + length] == other[otherStart + length] { length += 1 }
    return length
  }
}
