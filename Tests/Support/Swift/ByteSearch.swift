import Foundation

extension [UInt8] {
  /// Returns where some bytes are found first, from an index on and up to another one.
  ///
  /// The library's own search looks at each byte by itself, which takes milliseconds for a long list in a debug build.
  public func firstRange(of needle: StaticString, upTo end: Int = .max, from start: Int) -> Range<Int>? {
    let (end, size) = (Swift.min(end, count), needle.utf8CodeUnitCount)
    return withUnsafeBytes { bytes in
      var place = start
      while place + size <= end, let base = bytes.baseAddress,
        let found = memchr(base + place, Int32(needle.utf8Start[0]), end - size + 1 - place)
      {
        place = UnsafeRawPointer(found) - base
        if memcmp(found, needle.utf8Start, size) == 0 { return place..<place + size }
        place += 1
      }
      return nil
    }
  }

  /// Returns the text in a range.
  public func text(_ range: Range<Int>) -> String { String(decoding: self[range], as: UTF8.self) }
}

extension String {
  /// The lines, without the LF between them.
  public var lines: [String] {
    let bytes = Array(utf8)
    var (lines, start) = ([String](), 0)
    while let end = bytes.firstRange(of: "\n", from: start) {
      lines.append(bytes.text(start..<end.lowerBound))
      start = end.upperBound
    }
    return lines + [bytes.text(start..<bytes.count)]
  }
}
