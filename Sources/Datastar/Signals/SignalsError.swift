/// Why signals that came with a request cannot be read.
///
/// All of these are the sender's mistakes: an HTTP server answers 400.
public enum SignalsError: Error, Equatable {
  /// The bytes are not UTF-8; UTF-16 and UTF-32 with a byte order mark included.
  case notUTF8
  /// The text is not JSON, with the reason and the byte at which it shows, counted from 0.
  case malformed(reason: String, offset: Int)
  /// Arrays and objects are nested deeper than ``Signals/maximumDepth``.
  case tooDeep
  /// There are more values than were to be read.
  case tooManyValues(limit: Int)
  /// The text is JSON, but its outermost value is not an object.
  case notAnObject
  /// The signals do not have the shape that was asked for, with the place (names joined by dots) and the reason.
  case mismatch(path: String, reason: String)
}

extension SignalsError: CustomStringConvertible {
  /// One line for the sender; nothing of what was sent is repeated but names.
  public var description: String {
    switch self {
    case .notUTF8: "signals are not UTF-8"
    case .malformed(let reason, let offset): "signals are not JSON: \(reason) at byte \(offset)"
    case .tooDeep: "signals are nested deeper than \(Signals.maximumDepth)"
    case .tooManyValues(let limit): "signals have more than \(limit) values"
    case .notAnObject: "signals are not a JSON object"
    case .mismatch("", let reason): "signals: \(reason)"
    case .mismatch(let path, let reason): "signal \(path.debugDescription): \(reason)"
    }
  }
}
