import Foundation
import Logging

/// Writes a log as lines of `name=value`; see ``LogWriter``.
///
/// A value that has a space, a quote or a control character in it is quoted and escaped, so that nothing that a client
/// sends can begin a line or a field of its own.
struct LogLines: LogHandler {
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  private let writer: LogWriter

  init(_ writer: LogWriter, logLevel: Logger.Level) {
    (self.writer, self.logLevel) = (writer, logLevel)
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    writer.add(Self.line(event.level, "\(event.message)", metadata.merging(event.metadata ?? [:]) { $1 }))
  }

  /// A line that says when it was made.
  static func line(_ level: Logger.Level, _ message: String, _ fields: Logger.Metadata = [:]) -> String {
    let time = Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    var text = "time=\(time) level=\(level) msg=\(value(message))"
    for (name, value) in fields.sorted(by: { $0.key < $1.key }) { text += " \(name)=\(Self.value("\(value)"))" }
    return text + "\n"
  }

  /// A value as it stands in a line.
  static func value(_ text: String) -> String {
    guard text.isEmpty || text.unicodeScalars.contains(where: { $0.endsPlainValue }) else { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case _ where scalar.isInvisible: quoted += "\\u{\(String(scalar.value, radix: 16))}"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

extension Unicode.Scalar {
  /// Whether a value that holds this has to be quoted.
  fileprivate var endsPlainValue: Bool {
    self == "\"" || self == "=" || properties.isWhitespace || isInvisible
  }

  /// Whether this could begin a line, move a terminal's cursor or turn the direction of what follows.
  fileprivate var isInvisible: Bool {
    [.control, .format, .lineSeparator, .paragraphSeparator].contains(properties.generalCategory)
  }
}
