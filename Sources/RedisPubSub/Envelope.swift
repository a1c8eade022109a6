#if Redis
  import DatastarPubSub

  /// What is sent through Redis on a topic's channel: one line of text, and the payload's bytes as they are.
  ///
  /// ```
  /// datastar/1 9f86d081884c7d65 41.0
  /// event: datastar-patch-elements
  /// …
  /// ```
  ///
  /// The line has the envelope's version, the sender (16 hexadecimal digits, made anew by every process), and the
  /// payload's revision and sequence, or `-` for one that has no version. It ends with a line feed. A reader drops
  /// envelopes of versions that it does not know, so that servers of two releases can run side by side.
  struct Envelope: Equatable {
    let sender: Sender
    let payload: Payload

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

    private static let version = "datastar/1"
    private static let lineLimit = 100

    init(_ payload: Payload, from sender: Sender) {
      (self.payload, self.sender) = (payload, sender)
    }

    /// Reads an envelope; nil for anything else.
    init?(_ bytes: UnsafeRawBufferPointer) {
      guard let end = bytes.prefix(Self.lineLimit).firstIndex(of: UInt8(ascii: "\n")),
        let line = String(validating: bytes[..<end], as: UTF8.self),
        case let fields = line.split(separator: " ", omittingEmptySubsequences: false), fields.count == 3,
        fields[0] == Self.version, let sender = Sender(fields[1])
      else { return nil }
      var place: Payload.Version?
      if fields[2] != "-" {
        let numbers = fields[2].split(separator: ".", omittingEmptySubsequences: false).map { Int64($0) }
        guard numbers.count == 2, let revision = numbers[0], let sequence = numbers[1] else { return nil }
        place = Payload.Version(revision: revision, sequence: sequence)
      }
      self.sender = sender
      payload = Payload(Array(UnsafeRawBufferPointer(rebasing: bytes[(end + 1)...])), version: place)
    }

    /// The envelope as it is sent.
    var bytes: [UInt8] {
      let place = payload.version.map { "\($0.revision).\($0.sequence)" } ?? "-"
      return Array("\(Self.version) \(sender.text) \(place)\n".utf8) + payload.bytes
    }
  }
#endif
