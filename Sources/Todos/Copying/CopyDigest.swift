import DatastarLocking

/// What a store holds, in few bytes: of two that have the same, the rows are the same.
struct CopyDigest: Equatable {
  /// How many rows of each table there are.
  private(set) var counts: [Int] = []
  private(set) var counters: CopiedCounters?
  /// It is there to find mistakes, not to withstand anybody.
  private var hash = FNV1a()

  /// The digest in hexadecimal digits.
  var text: String {
    let digits = String(hash.value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Begins the next table.
  mutating func beginTable() { counts.append(0) }

  mutating func add(_ row: [CopiedValue]) {
    counts[counts.count - 1] += 1
    for value in row { add(value) }
  }

  mutating func add(_ counters: CopiedCounters) { self.counters = counters }

  private mutating func add(_ value: CopiedValue) {
    switch value {
    case .null: add(kind: 0, 0)
    case .number(let number): add(kind: 1, UInt64(bitPattern: number))
    case .flag(let flag): add(kind: 2, flag ? 1 : 0)
    case .time(let time): add(kind: 3, time.bitPattern)
    case .text(let text):
      // With its length, so that what ends one text cannot begin the next.
      add(kind: 4, UInt64(text.utf8.count))
      for byte in text.utf8 { hash.add(byte) }
    }
  }

  private mutating func add(kind: UInt8, _ bits: UInt64) {
    hash.add(kind)
    withUnsafeBytes(of: bits.littleEndian) { for byte in $0 { hash.add(byte) } }
  }
}
