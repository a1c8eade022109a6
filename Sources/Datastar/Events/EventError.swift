/// Why an event cannot be made.
///
/// These are mistakes of the code that builds events, never of a browser: what a browser sent wrong is a
/// ``SignalsError``. Writing an event that has been made cannot fail.
public enum EventError: Error, Equatable {
  /// An event id with LF, CR or NUL.
  case invalidEventID(String)
  /// An empty selector, or one with LF or CR.
  case invalidSelector(String)
  /// An attribute name that HTML has no way to write.
  case invalidAttributeName(String)
  /// An attribute name that stands twice in one tag; HTML ignores upper and lower case here.
  case duplicateAttribute(String)
  /// A script in which `<!--` is followed by `<script`: HTML then has no end tag that would end it.
  case unclosableScript
  /// A URL that would run as script.
  case scriptURL(String)
  /// A signal path with an empty name in it, or nested deeper than ``Signals/maximumDepth``.
  case invalidSignalPath(String)
  /// A value that does not encode to a JSON object, with the reason.
  case notEncodable(reason: String)
}

extension EventError: CustomStringConvertible {
  /// One line for a log.
  public var description: String {
    switch self {
    case .invalidEventID(let id): "event id with a line break or NUL: \(id.debugDescription)"
    case .invalidSelector(let selector): "selector that is empty or has a line break: \(selector.debugDescription)"
    case .invalidAttributeName(let name): "not an attribute name: \(name.debugDescription)"
    case .duplicateAttribute(let name): "attribute given twice: \(name.debugDescription)"
    case .unclosableScript: "script with <!-- and then <script cannot be closed in HTML"
    case .scriptURL(let url): "URL that would run as script: \(url.debugDescription)"
    case .invalidSignalPath(let path): "not a signal path: \(path.debugDescription)"
    case .notEncodable(let reason): "signals cannot be encoded: \(reason)"
    }
  }
}
