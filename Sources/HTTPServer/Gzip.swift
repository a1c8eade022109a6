/// The gzip format (RFC 1952), for bodies that are known whole.
public enum Gzip {
  /// `bytes` compressed.
  public static func compress(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8] {
    DeflateStream(.gzip, level: level).deflate(bytes, end: .finish)
  }
}
