/// Why a template cannot be used: found at start, never while rendering.
public struct TemplateError: Error, Equatable, CustomStringConvertible {
  /// The template's file, as it is named among the templates.
  public let file: String
  /// The line in the file, from 1; nil where the whole file is meant.
  public let line: Int?
  /// What is wrong and what to do.
  public let reason: String

  package init(file: String, line: Int?, reason: String) {
    (self.file, self.line, self.reason) = (file, line, reason)
  }

  /// `list.html:12: …`
  public var description: String {
    line.map { "\(file):\($0): \(reason)" } ?? "\(file): \(reason)"
  }
}
