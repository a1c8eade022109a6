/// A block of deflate with codes of its own (RFC 1951, section 3.2.7).
struct DynamicBlock {
  private let tokens: [Difference.Token]
  /// Bytes, the end of the block, and lengths.
  private let literals: HuffmanCode
  private let distances: HuffmanCode

  private static let endOfBlock = 256

  init(_ tokens: [Difference.Token]) {
    self.tokens = tokens
    var literals = [Int](repeating: 0, count: 286)
    var distances = [Int](repeating: 0, count: 30)
    literals[Self.endOfBlock] = 1
    for token in tokens {
      switch token {
      case .literal(let byte): literals[Int(byte)] += 1
      case .copy(let length, let distance):
        literals[Step(length: length).symbol] += 1
        distances[Step(distance: distance).symbol] += 1
      }
    }
    self.literals = HuffmanCode(frequencies: literals, limit: 15)
    self.distances = HuffmanCode(frequencies: distances, limit: 15)
  }

  /// The block, which is not the stream's last, and behind it the empty one by which zlib ends a flush on a whole byte.
  var flushed: [UInt8] {
    var bits = BitWriter(capacity: 512)
    // From the lowest bit on: not the last block, codes of its own.
    bits.write(0b10_0, count: 3)
    writeCodes(to: &bits)
    for token in tokens {
      switch token {
      case .literal(let byte): literals.write(Int(byte), to: &bits)
      case .copy(let length, let distance):
        Step(length: length).write(literals, to: &bits)
        Step(distance: distance).write(distances, to: &bits)
      }
    }
    literals.write(Self.endOfBlock, to: &bits)
    // Not the last block, not compressed; then its length, none, and the complement of that.
    bits.write(0b00_0, count: 3)
    bits.alignToByte()
    return bits.bytes + [0, 0, 0xFF, 0xFF]
  }

  // MARK: - Lengths and distances

  /// A length or a distance: a symbol, and how far it is from the least that the symbol stands for (section 3.2.5).
  private struct Step {
    let symbol: Int
    private let extra: UInt64
    private let extraCount: Int

    init(length: Int) {
      // Four symbols for each number of extra bits, but for the longest, which has one of its own.
      self = length == 258 ? Step(symbol: 285) : Step(first: 257, length - 3, significantBits: 2)
    }

    init(distance: Int) {
      // Two symbols for each number of extra bits.
      self = Step(first: 0, distance - 1, significantBits: 1)
    }

    private init(symbol: Int) { (self.symbol, extra, extraCount) = (symbol, 0, 0) }

    private init(first: Int, _ number: Int, significantBits: Int) {
      let width = Int.bitWidth - number.leadingZeroBitCount
      extraCount = max(width - significantBits - 1, 0)
      symbol = first + extraCount << significantBits + number >> extraCount
      extra = UInt64(number & (1 << extraCount - 1))
    }

    func write(_ code: HuffmanCode, to bits: inout BitWriter) {
      code.write(symbol, to: &bits)
      bits.write(extra, count: extraCount)
    }
  }

  // MARK: - The codes themselves

  /// The order in which the lengths of the code for lengths are written: those that are rarely missing first.
  private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

  private func writeCodes(to bits: inout BitWriter) {
    let literalLengths = literals.lengths.droppingZeros(downTo: 257)
    let distanceLengths = distances.lengths.droppingZeros(downTo: 1)
    let runs = Run.runs(of: literalLengths + distanceLengths)
    var frequencies = [Int](repeating: 0, count: 19)
    for run in runs { frequencies[run.symbol] += 1 }
    let code = HuffmanCode(frequencies: frequencies, limit: 7)
    let codeLengths = Self.order.map { code.lengths[$0] }.droppingZeros(downTo: 4)
    bits.write(UInt64(literalLengths.count - 257), count: 5)
    bits.write(UInt64(distanceLengths.count - 1), count: 5)
    bits.write(UInt64(codeLengths.count - 4), count: 4)
    for length in codeLengths { bits.write(UInt64(length), count: 3) }
    for run in runs {
      code.write(run.symbol, to: &bits)
      bits.write(run.extra, count: run.extraCount)
    }
  }

  /// A length of a code, or that one repeated.
  private struct Run {
    let symbol: Int
    let extra: UInt64
    let extraCount: Int

    static func runs(of lengths: [Int]) -> [Run] {
      var runs: [Run] = []
      var rest = lengths[...]
      while let first = rest.first {
        let count = rest.prefix { $0 == first }.count
        rest = rest.dropFirst(count)
        append(first, count, to: &runs)
      }
      return runs
    }

    private static func append(_ length: Int, _ count: Int, to runs: inout [Run]) {
      var rest = count
      if length > 0 {
        runs.append(Run(symbol: length, extra: 0, extraCount: 0))
        rest -= 1
      }
      while rest >= 3 {
        let (symbol, least, most, extraCount) =
          length > 0 ? (16, 3, 6, 2) : rest > 10 ? (18, 11, 138, 7) : (17, 3, 10, 3)
        let part = min(rest, most)
        runs.append(Run(symbol: symbol, extra: UInt64(part - least), extraCount: extraCount))
        rest -= part
      }
      for _ in 0..<rest { runs.append(Run(symbol: length, extra: 0, extraCount: 0)) }
    }
  }
}

extension [Int] {
  /// Without the zeros at the end, but never fewer than `count`.
  fileprivate func droppingZeros(downTo count: Int) -> [Int] {
    Array(prefix(Swift.max(count, (lastIndex { $0 != 0 } ?? -1) + 1)))
  }
}
