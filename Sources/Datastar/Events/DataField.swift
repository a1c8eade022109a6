/// One piece of an event's data: a word of the protocol and its value.
///
/// On the wire a value takes a `data:` line for each of its lines, and each begins with the word again. The browser
/// joins them by LF, so that LF, CR and CRLF all arrive as LF, which is what HTML and JSON make of them anyway.
public struct DataField: Sendable, Equatable {
  /// The words of the protocol.
  public enum Word: String, Sendable, CaseIterable {
    /// The target of a patch.
    case selector
    /// How elements are put into the page.
    case mode
    /// Whether the patch runs as a view transition.
    case useViewTransition
    /// The element that the view transition is limited to.
    case viewTransitionSelector
    /// The namespace of new elements.
    case namespace
    /// The HTML of a patch.
    case elements
    /// Whether signals that exist are left alone.
    case onlyIfMissing
    /// The JSON of a patch.
    case signals
  }

  /// The word that begins each line.
  public let word: Word

  /// The value: UTF-8, any number of lines.
  public let value: [UInt8]

  /// Creates a field of bytes, which are shared and not copied.
  public init(_ word: Word, _ value: [UInt8]) {
    self.word = word
    self.value = value
  }

  /// Creates a field of text.
  public init(_ word: Word, _ value: String) {
    self.init(word, Array(value.utf8))
  }

  func write(into output: inout [UInt8]) {
    let prefix = Array(prefix.utf8)
    value.withUnsafeBufferPointer { bytes in
      bytes.forEachLine { line in
        output.append(contentsOf: prefix)
        output.append(contentsOf: line)
        output.append(.lineFeed)
      }
    }
  }

  /// How many bytes are written.
  var size: Int {
    let besides = prefix.utf8.count + 1
    var size = 0
    value.withUnsafeBufferPointer { bytes in bytes.forEachLine { size += besides + $0.count } }
    return size
  }

  private var prefix: String { "data: \(word.rawValue) " }
}
