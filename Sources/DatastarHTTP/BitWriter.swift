/// Writes bits into bytes, each byte from its lowest bit on (RFC 1951, section 3.1.1).
struct BitWriter {
  /// The bytes that are complete.
  private(set) var bytes: [UInt8] = []
  private var rest: UInt64 = 0
  private var restCount = 0

  init(capacity: Int) { bytes.reserveCapacity(capacity) }

  /// Writes the lowest `count` bits of `bits`, of which no others may be set; at most 48.
  mutating func write(_ bits: UInt64, count: Int) {
    rest |= bits << UInt64(restCount)
    restCount += count
    while restCount >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
      restCount -= 8
    }
  }

  /// Fills up the last byte with zeros.
  mutating func alignToByte() {
    if restCount > 0 { write(0, count: 8 - restCount) }
  }
}
