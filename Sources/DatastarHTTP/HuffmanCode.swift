/// A prefix code that gives frequent symbols few bits.
///
/// - Source: RFC 1951, section 3.2.2.
struct HuffmanCode {
  /// How many bits each symbol has; 0 for those that do not occur.
  let lengths: [Int]
  /// Each symbol's bits, the first one lowest, as they are written.
  private let codes: [UInt64]

  /// The best code for symbols that occur so often, of at most `limit` bits each.
  init(frequencies: [Int], limit: Int) {
    var (frequencies, lengths) = (frequencies, Self.lengths(frequencies))
    while lengths.contains(where: { $0 > limit }) {
      // The nearer the frequencies are to each other, the flatter the tree.
      frequencies = frequencies.map { ($0 + 1) / 2 }
      lengths = Self.lengths(frequencies)
    }
    self.lengths = lengths
    codes = Self.codes(lengths)
  }

  /// Writes a symbol that occurs.
  func write(_ symbol: Int, to bits: inout BitWriter) {
    bits.write(codes[symbol], count: lengths[symbol])
  }

  /// How deep each symbol stands in Huffman's tree.
  private static func lengths(_ frequencies: [Int]) -> [Int] {
    let symbols = frequencies.indices.filter { frequencies[$0] > 0 }.sorted { frequencies[$0] < frequencies[$1] }
    var lengths = [Int](repeating: 0, count: frequencies.count)
    guard symbols.count > 1 else {
      // A single symbol takes a bit, too.
      for symbol in symbols { lengths[symbol] = 1 }
      return lengths
    }
    // The leaves come first, then the nodes over two others: both in rising order, so the two rarest are in front.
    var weights = symbols.map { frequencies[$0] }
    var parents = [Int](repeating: 0, count: 2 * symbols.count - 1)
    var (leaf, node) = (0, symbols.count)
    func takeRarest() -> Int {
      let isLeaf = leaf < symbols.count && (node >= weights.count || weights[leaf] <= weights[node])
      defer { if isLeaf { leaf += 1 } else { node += 1 } }
      return isLeaf ? leaf : node
    }
    for parent in symbols.count..<parents.count {
      let (first, second) = (takeRarest(), takeRarest())
      (parents[first], parents[second]) = (parent, parent)
      weights.append(weights[first] + weights[second])
    }
    var depths = [Int](repeating: 0, count: parents.count)
    for place in depths.indices.dropLast().reversed() { depths[place] = depths[parents[place]] + 1 }
    for (place, symbol) in symbols.enumerated() { lengths[symbol] = depths[place] }
    return lengths
  }

  /// Codes of one length follow each other in the order of the symbols, and shorter ones come before longer ones.
  private static func codes(_ lengths: [Int]) -> [UInt64] {
    var codes = [UInt64](repeating: 0, count: lengths.count)
    var next: UInt64 = 0
    for length in 1...max(lengths.max() ?? 1, 1) {
      for symbol in lengths.indices where lengths[symbol] == length {
        codes[symbol] = next.bitsReversed(length)
        next += 1
      }
      next <<= 1
    }
    return codes
  }
}

extension UInt64 {
  /// The lowest `count` bits in the other order.
  fileprivate func bitsReversed(_ count: Int) -> UInt64 {
    (0..<count).reduce(0) { $0 << 1 | (self >> UInt64($1) & 1) }
  }
}
