/// The FNV-1a hash of bytes, of 64 bits: the same in every process, unlike Swift's own. It tells bytes apart, and proves
/// nothing.
package struct FNV1a: Equatable, Sendable {
  /// The hash of what has been added.
  package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  /// The hash of nothing.
  package init() {}

  /// Adds one byte behind those before.
  package mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
}

extension Sequence<UInt8> {
  /// The ``FNV1a`` hash of the bytes.
  package var digest: UInt64 { reduce(into: FNV1a()) { $0.add($1) }.value }
}
