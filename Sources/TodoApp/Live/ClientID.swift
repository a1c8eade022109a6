import DatastarLocking
import LibeventHTTP

/// The random name that a page has given itself, or that a browser has given itself for all of its pages: 1 to 40 of `0`
/// to `9` and `-`.
struct ClientID: Hashable {
  let name: String

  init?(_ name: String) {
    guard (1...40).contains(name.utf8.count), name.utf8.allSatisfy(Self.isAllowed) else { return nil }
    self.name = name
  }

  /// Reads the name in a field of a request.
  ///
  /// - Throws: `HTTPError` 422 for one that is not such a name.
  init(_ name: String, of field: String) throws(HTTPError) {
    guard let id = ClientID(name) else {
      throw HTTPError(.unprocessableContent, "\(field) is not 1 to 40 of 0 to 9 and -")
    }
    self = id
  }

  /// A short form that is the same at every server. Names that their makers want to be mistaken for each other can be,
  /// which makes two of them one in a count.
  var digest: UInt64 { name.utf8.digest }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
