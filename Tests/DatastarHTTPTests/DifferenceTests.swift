import TestSupport
import Testing

@testable import DatastarHTTP

@Suite("Difference: blocks that refer back") struct DifferenceTests {
  /// What zlib reads of the block against `previous`, behind those bytes.
  private func read(_ bytes: [UInt8], after previous: [UInt8]) throws -> [UInt8] {
    let inflater = Inflater()
    let header = GzipStream(.untilClose).header
    #expect(try inflater.inflate(header + Deflater.block(of: previous)) == previous)
    return try inflater.inflate(Deflater.block(of: bytes, after: previous))
  }

  private func difference(_ new: String, _ old: String) -> [Difference.Token]? {
    Difference(of: Array(new.utf8), from: Array(old.utf8))?.tokens
  }

  /// Rows as a list has them: nearly all is the same in each.
  private func rows(_ count: Int) -> [String] {
    (1...count).map { "<li id=\"todo-\($0)\"><button class=\"handle\">Move</button><label>Item \($0)</label></li>" }
  }

  @Test("what is changed in one place is new, and all before and after it is copied")
  func oneChange() {
    let (start, end) = ("The quick brown fox jumps over the lazy dog", "and runs away; 0123456789 times it looks back.")
    #expect(
      difference(start + " XY " + end, start + "?" + end) == [
        .copy(length: 43, distance: 90), .literal(UInt8(ascii: " ")), .literal(UInt8(ascii: "X")),
        .literal(UInt8(ascii: "Y")), .literal(UInt8(ascii: " ")), .copy(length: 46, distance: 93),
      ])
    #expect(
      difference(start + end, start + "?" + end) == [.copy(length: 43, distance: 90), .copy(length: 46, distance: 89)])
    #expect(difference(start, start) == [.copy(length: 43, distance: 43)])
  }

  @Test("two rows of many that change are found again, whatever the rows have in common")
  func rowsThatChange() throws {
    let old = rows(200)
    var new = old
    new[20] = new[20].replacing("Item 21", with: "Milk and much else")
    new[150] = new[150].replacing("Item 151", with: "Tea")
    let tokens = try #require(difference(new.joined(), old.joined()))
    let literals = tokens.count { if case .literal = $0 { true } else { false } }
    #expect(literals == "Milk and much else".count + "Tea".count)
    // Only the three parts that stay are copied, each in the longest copies there are.
    #expect(tokens.count - literals <= old.joined().utf8.count / 258 + 3)
  }

  @Test("a row that is added, taken away or moved leaves the others as they were")
  func rowsThatMove() throws {
    let old = rows(100)
    let added = old[..<50] + ["<li id=\"todo-101\">Milk</li>"] + old[50...]
    for new in [added, old[..<50] + old[51...], old[1...] + old[..<1]] {
      let (text, before) = (Array(new.joined().utf8), Array(old.joined().utf8))
      #expect(Deflater.block(of: text, after: before).count < 150)
      #expect(try read(text, after: before) == text)
    }
  }

  @Test("what is new for the most part, or farther back than can be referred to, is left to the compressor")
  func tooLarge() throws {
    let text = rows(100).joined()
    #expect(difference(text, String(text.reversed())) == nil)
    #expect(difference("", text) == nil)
    let large = [UInt8](repeating: 7, count: 32 * 1024 + 1)
    var random = SplitMix64(seed: 4)
    let noise = (0..<Difference.window).map { _ in UInt8.random(in: 0...255, using: &random) }
    let grown = noise[..<9_000] + Array("more".utf8) + noise[9_000...]
    for (new, old) in [(large, large), (large, [7]), ([7], large), (Array(grown), noise), (noise, Array(grown))] {
      #expect(Difference(of: new, from: old) == nil)
      #expect(try read(new, after: old) == new)
    }
  }

  @Test("copies of every length and from every distance are read by zlib as they were meant")
  func lengthsAndDistances() throws {
    var random = SplitMix64(seed: 3)
    for size in Array(30...1100) + [4_000, 8_192, 16_384, 16_385, 24_577, 32_767, 32_768] {
      let old = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
      var new = old
      new[size / 3] ^= 1
      #expect(Difference(of: new, from: old) != nil)
      #expect(try read(new, after: old) == new)
    }
  }

  @Test("whatever is changed, at random, zlib reads the new state", arguments: [1, 2, 3] as [UInt64])
  func property(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var old = Array(rows(150).joined().utf8)
    var small = 0
    for _ in 0..<200 {
      var new = old
      for _ in 0..<Int.random(in: 1...5, using: &random) {
        let start = Int.random(in: 0...new.count, using: &random)
        let removed = Bool.random(using: &random) ? Int.random(in: 0...300, using: &random) : 0
        let end = min(start + removed, new.count)
        let source = Int.random(in: 0...old.count, using: &random)
        let copied = old[source..<min(source + Int.random(in: 0...300, using: &random), old.count)]
        let noise = (0..<Int.random(in: 0...20, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        new.replaceSubrange(start..<end, with: Bool.random(using: &random) ? Array(copied) : noise)
      }
      small += Difference(of: new, from: old) == nil ? 0 : 1
      #expect(try read(new, after: old) == new)
      old = new.count > 30_000 ? Array(new.prefix(10_000)) : new
    }
    #expect(small > 100)
  }
}

@Suite("HuffmanCode: lengths") struct HuffmanCodeTests {
  /// Kraft's sum: 1 where every sequence of bits means something, which decoders ask for.
  private func sum(_ lengths: [Int]) -> Double {
    lengths.filter { $0 > 0 }.reduce(0) { $0 + 1 / Double(1 << $1) }
  }

  @Test("the rarer a symbol, the more bits")
  func lengths() {
    #expect(HuffmanCode(frequencies: [5, 0, 1, 1, 2], limit: 15).lengths == [1, 0, 3, 3, 2])
    #expect(HuffmanCode(frequencies: [0, 9, 0], limit: 15).lengths == [0, 1, 0])
    #expect(HuffmanCode(frequencies: [0, 0], limit: 15).lengths == [0, 0])
  }

  @Test("no symbol has more bits than the limit, and the code stays complete")
  func limit() {
    var fibonacci = [1, 1]
    while fibonacci.count < 19 { fibonacci.append(fibonacci[fibonacci.count - 1] + fibonacci[fibonacci.count - 2]) }
    for limit in [5, 7, 15] {
      let lengths = HuffmanCode(frequencies: fibonacci, limit: limit).lengths
      #expect(lengths.allSatisfy { $0 > 0 && $0 <= limit })
      #expect(sum(lengths) == 1)
    }
  }
}
