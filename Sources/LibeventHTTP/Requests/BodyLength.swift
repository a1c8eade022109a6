/// How long a request's body is (RFC 9112, section 6.3).
enum BodyLength: Equatable {
  case bytes(Int)
  case chunked

  /// - Throws: 400 for a length that can be read in two ways, 501 for an encoding other than chunks.
  init(of head: RequestHead) throws(HTTPError) {
    let lengths = head.headers.values(of: "Content-Length")
    let encodings = head.headers.values(of: "Transfer-Encoding")
    guard encodings.isEmpty else {
      guard lengths.isEmpty, encodings.count == 1, !head.isHTTP10 else {
        throw HTTPError(.badRequest, "the body's length is told in more than one way")
      }
      guard encodings[0].lowercased() == "chunked" else {
        throw HTTPError(.notImplemented, "the body's transfer encoding is not known here; send it chunked")
      }
      self = .chunked
      return
    }
    guard lengths.count <= 1 else { throw HTTPError(.badRequest, "the body's length is told more than once") }
    let digits = lengths.first ?? "0"
    guard !digits.isEmpty, digits.utf8.allSatisfy(\.isDigit) else {
      throw HTTPError(.badRequest, "the body's length is not a number")
    }
    // Digits that are no Int are more than any limit.
    self = .bytes(Int(digits) ?? .max)
  }

  /// Reads the line before a chunk: hexadecimal digits, and extensions that nobody uses.
  ///
  /// - Throws: 400 for anything else.
  static func ofChunk(_ line: ArraySlice<UInt8>) throws(HTTPError) -> Int {
    let end = line.firstIndex(of: UInt8(ascii: ";")) ?? line.endIndex
    let digits = line[..<end]
    guard (1...8).contains(digits.count), line[end...].allSatisfy({ !$0.isControl }) else {
      throw HTTPError(.badRequest, "a chunk's size is malformed")
    }
    var size = 0
    for digit in digits {
      guard let value = digit.hexDigitValue else { throw HTTPError(.badRequest, "a chunk's size is malformed") }
      size = size << 4 | Int(value)
    }
    return size
  }
}
