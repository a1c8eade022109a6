import DatastarLocking
import DatastarPubSub

/// Names channels after topics, for brokers that do not take every text as a name, and knows who shares one.
///
/// A topic of letters, digits, `:`, `_` and `-` that is short enough has its own name, any other one made of its hash.
/// Two topics may come to the same name, by chance or on purpose: so a message names its topic, see ``NamedMessage``.
struct Channels {
  /// What all names begin with.
  let prefix: String
  /// How many bytes a name may have.
  let limit: Int
  private var topics: [String: Set<Topic>] = [:]

  init(prefix: String, limit: Int) { (self.prefix, self.limit) = (prefix, limit) }

  func name(of topic: Topic) -> String {
    let isPlain = !topic.name.isEmpty && topic.name.utf8.allSatisfy(Self.isPlain)
    if isPlain && prefix.utf8.count + topic.name.utf8.count <= limit { return prefix + topic.name }
    let digits = String(topic.name.utf8.digest, radix: 16)
    return "\(prefix)#\(String(repeating: "0", count: 16 - digits.count))\(digits)"
  }

  /// Returns the channel to be subscribed to; nil where it is already.
  mutating func join(_ topic: Topic) -> String? {
    let name = name(of: topic)
    defer { topics[name, default: []].insert(topic) }
    return topics[name] == nil ? name : nil
  }

  /// Returns the channel to be left; nil where somebody is on it still.
  mutating func leave(_ topic: Topic) -> String? {
    let name = name(of: topic)
    guard topics[name]?.remove(topic) != nil, topics[name]?.isEmpty == true else { return nil }
    topics[name] = nil
    return name
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }
}

/// A message with its topic: how many bytes the name has, a space, the name, the message.
struct NamedMessage: Equatable {
  let topic: Topic
  let message: [UInt8]

  init(_ message: [UInt8], on topic: Topic) { (self.message, self.topic) = (message, topic) }

  /// Reads one; nil for anything else.
  init?(_ bytes: [UInt8]) {
    guard let space = bytes.prefix(8).firstIndex(of: UInt8(ascii: " ")),
      let count = Int(String(decoding: bytes[..<space], as: UTF8.self)), (0..<bytes.count - space).contains(count),
      let name = String(validating: bytes[(space + 1)...].prefix(count), as: UTF8.self)
    else { return nil }
    self.init(Array(bytes[(space + 1 + count)...]), on: Topic(name))
  }

  var bytes: [UInt8] { Array("\(topic.name.utf8.count) \(topic.name)".utf8) + message }

  /// How many bytes it is.
  var count: Int {
    let count = topic.name.utf8.count
    return String(count).utf8.count + 1 + count + message.count
  }
}
