// Exported, so that a file with `.get` or `.ok` in it needs no other import than this module's.
@_exported import struct HTTPTypes.HTTPRequest

/// A request method (RFC 9110, section 9): any token is one.
public typealias HTTPMethod = HTTPRequest.Method

extension HTTPRequest.Method {
  /// QUERY: safe as GET is, with a body that says what is asked for (draft-ietf-httpbis-safe-method-w-body).
  public static let query = HTTPRequest.Method("QUERY") ?? .get  // It is a token, so never the latter.

  /// The methods that every server is expected to know of, in the order in which `Allow` lists them.
  static let common: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options]

  /// Reads a method as it was sent.
  init?(token: ArraySlice<UInt8>) {
    // The common ones need not be looked at again.
    guard let known = Self.common.first(where: { token.elementsEqual($0.rawValue.utf8) }) else {
      self.init(String(decoding: token, as: UTF8.self))
      return
    }
    self = known
  }
}
