/// The gzip format (RFC 1952), for bodies that are known whole.
package enum Gzip {
  /// Beyond this, compressing better takes several times as long and saves a few hundredths.
  private static let bestSize = 64 * 1024

  /// `bytes` compressed.
  ///
  /// - Parameter level: zlib's, 1 to 9; without one, less for what is large.
  package static func compress(_ bytes: [UInt8], level: Int32? = nil) -> [UInt8] {
    DeflateStream(.gzip, level: level ?? (bytes.count > bestSize ? 3 : 6)).deflate(bytes, end: .finish)
  }
}
