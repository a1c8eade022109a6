/// The signals that a browser sent with a request.
///
/// ```swift
/// let signals = try Signals(json: body)
/// let title = signals["newTodo"]?.string
/// let form = try signals.decode(NewTodo.self)
/// ```
///
/// The bytes are JSON as RFC 8259 has it and nothing more. Foundation's decoder is not strict enough for that: it takes
/// UTF-16, a byte order mark and a comma before `}`, leaves members unchecked that nobody decodes, and lets the first of
/// two equal names win.
///
/// | bytes | what they get |
/// |---|---|
/// | not UTF-8, overlong, or an encoded surrogate | ``SignalsError/notUTF8`` |
/// | UTF-16 or UTF-32 | ``SignalsError/notUTF8`` with a byte order mark, else ``SignalsError/malformed(reason:offset:)`` |
/// | UTF-8's byte order mark, text after the object, a comma before `}`, a comment, `NaN`, `01` | malformed |
/// | a raw control character in a string, NUL included | malformed |
/// | `\u0000` | U+0000 in the string; who stores it decides whether it is wanted |
/// | half of a surrogate pair, `\ud83d` alone | malformed: no Swift string could hold it |
/// | a number beyond a double, `1e400` | malformed |
/// | a whole number beyond 2⁵³ | the nearest double, as in JavaScript |
/// | a name twice | the last value, as in JavaScript |
/// | an array, a string, `null` | ``SignalsError/notAnObject`` |
/// | nested more than 64 deep | ``SignalsError/tooDeep``, at the first bracket that is too much |
///
/// Sources: Datastar SDK ADR, "ReadSignals"; RFC 8259.
public struct Signals: Sendable, Equatable {
  /// How deep arrays and objects may be nested, the outermost object included: 64.
  public static let maximumDepth = 64

  /// The signals by name.
  public let object: SignalObject

  /// Reads signals out of JSON.
  ///
  /// Takes time in proportion to the length and stack in proportion to the depth, whatever the bytes.
  ///
  /// - Parameters:
  ///   - json: a request's whole body, or its query parameter `datastar` with the percent-encoding removed.
  ///   - maximumValues: the most values in all, objects and arrays among them. A value takes far more memory than the
  ///     few bytes that it can be written in, so a limit for large bodies.
  /// - Throws: any ``SignalsError`` but ``SignalsError/mismatch(path:reason:)``.
  public init(json: some Sequence<UInt8>, maximumValues: Int = .max) throws(SignalsError) {
    guard let object = try JSONParser.parse(Array(json), maximumValues: maximumValues).object else {
      throw .notAnObject
    }
    self.object = object
  }

  /// The value of a signal, or `nil` if it was not sent.
  public subscript(name: String) -> SignalValue? {
    object[name]
  }

  /// Decodes the signals into a type of yours; names that it does not know are ignored, and nothing is converted.
  ///
  /// - Throws: ``SignalsError/mismatch(path:reason:)``.
  public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws(SignalsError) -> Value {
    do {
      return try SignalDecoder.decode(type, from: .object(object))
    } catch {
      throw SignalsError(mismatch: error)
    }
  }
}

extension SignalsError {
  fileprivate init(mismatch error: any Error) {
    let (context, reason): (DecodingError.Context?, String) =
      switch error as? DecodingError {
      case .typeMismatch(is [String: Any].Type, let context): (context, "not an object")
      case .typeMismatch(is [Any].Type, let context): (context, "not an array")
      case .typeMismatch(let type, let context): (context, "not of the type \(type)")
      case .valueNotFound(let type, let context): (context, "null where there should be a value of the type \(type)")
      case .keyNotFound(let key, let context): (context, "has no value for \(key.stringValue.debugDescription)")
      case .dataCorrupted(let context): (context, context.debugDescription)
      default: (nil, String(describing: error))
      }
    let path = context?.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue } ?? []
    self = .mismatch(path: path.joined(separator: "."), reason: reason)
  }
}
