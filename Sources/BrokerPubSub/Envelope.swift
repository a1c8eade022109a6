import DatastarPubSub

/// What is sent through a broker for a topic: one line of text, and the payload's bytes as they are.
///
/// ```
/// datastar/2 9f86d081884c7d65 40.0 41.0
/// event: datastar-patch-elements
/// …
/// ```
///
/// The line has the envelope's version, the sender (16 hexadecimal digits, made anew by every process), the state that
/// a delta is for and the one that is shown then, each as revision and sequence, or `-` where the payload has none. With
/// `?` in place of the former nothing follows: the state was too large to be sent, or is shown to nobody there. The line
/// ends with a line feed. A reader drops envelopes that it does not know, so that servers of two releases can run side
/// by side.
struct Envelope: Equatable {
  let sender: Sender
  let content: Content

  enum Content: Equatable, Sendable {
    case payload(Payload)
    /// The version of a state that is not sent.
    case version(Payload.Version)
  }

  /// Names a process, so that it knows its own messages.
  struct Sender: Hashable, Sendable {
    let text: String

    init() {
      let digits = String(UInt64.random(in: 0 ... .max), radix: 16)
      text = String(repeating: "0", count: 16 - digits.count) + digits
    }

    fileprivate init?(_ text: Substring) {
      guard text.utf8.count == 16, text.allSatisfy(\.isHexDigit) else { return nil }
      self.text = String(text)
    }
  }

  private static let version = "datastar/2"
  private static let lineLimit = 160

  init(_ content: Content, from sender: Sender) {
    (self.content, self.sender) = (content, sender)
  }

  /// Reads an envelope; nil for anything else.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard let end = bytes.prefix(Self.lineLimit).firstIndex(of: UInt8(ascii: "\n")),
      let line = String(validating: bytes[..<end], as: UTF8.self),
      case let fields = line.split(separator: " ", omittingEmptySubsequences: false), fields.count == 4,
      fields[0] == Self.version, let sender = Sender(fields[1])
    else { return nil }
    let rest = Array(UnsafeRawBufferPointer(rebasing: bytes[(end + 1)...]))
    switch (Payload.Version(fields[2]), Payload.Version(fields[3])) {
    case (nil, let version) where fields[2] == "-" && (version != nil || fields[3] == "-"):
      content = .payload(Payload(rest, version: version))
    case (let from?, let to?) where from < to: content = .payload(Payload(rest, from: from, to: to))
    case (nil, let version?) where fields[2] == "?" && rest.isEmpty: content = .version(version)
    default: return nil
    }
    self.sender = sender
  }

  /// The envelope as it is sent.
  var bytes: [UInt8] {
    let (from, to, bytes) =
      switch content {
      case .payload(let payload): (payload.from?.text ?? "-", payload.version?.text ?? "-", payload.bytes)
      case .version(let version): ("?", version.text, [])
      }
    return Array("\(Self.version) \(sender.text) \(from) \(to)\n".utf8) + bytes
  }
}

extension Payload.Version {
  fileprivate var text: String { "\(revision).\(sequence)" }

  fileprivate init?(_ text: Substring) {
    let numbers = text.split(separator: ".", omittingEmptySubsequences: false).map { Int64($0) }
    guard numbers.count == 2, let revision = numbers[0], let sequence = numbers[1] else { return nil }
    self.init(revision: revision, sequence: sequence)
  }
}
