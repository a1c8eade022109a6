/// What is kept for those who ask again, bounded in number and bytes: what was asked for longest ago is given up first.
struct RenderShelf<Key: Hashable, Value> {
  /// How many bytes are kept.
  private(set) var size = 0
  private let sizeLimit: Int
  private let countLimit: Int
  private var kept: [Key: (value: Value, size: Int, use: UInt64)] = [:]
  private var uses: UInt64 = 0

  init(sizeLimit: Int, countLimit: Int) {
    (self.sizeLimit, self.countLimit) = (sizeLimit, countLimit)
  }

  /// Returns what is kept, if it is as it is wanted, and notes that it was asked for.
  mutating func value(_ key: Key, where isWanted: (Value) -> Bool) -> Value? {
    guard let value = kept[key]?.value, isWanted(value) else { return nil }
    uses += 1
    kept[key]?.use = uses
    return value
  }

  /// Keeps a value, in place of those asked for longest ago, unless it takes more than there may be.
  mutating func keep(_ value: Value, size: Int, for key: Key) {
    remove(key)
    guard size <= sizeLimit else { return }
    while self.size + size > sizeLimit || kept.count >= countLimit,
      let oldest = kept.min(by: { $0.value.use < $1.value.use })
    {
      remove(oldest.key)
    }
    uses += 1
    kept[key] = (value, size, uses)
    self.size += size
  }

  private mutating func remove(_ key: Key) {
    if let removed = kept.removeValue(forKey: key) { size -= removed.size }
  }
}
