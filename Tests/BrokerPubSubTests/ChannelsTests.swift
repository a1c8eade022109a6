import DatastarPubSub
import Testing

@testable import BrokerPubSub

@Suite("Channels: names after topics") struct ChannelsTests {
  @Test("a plain topic has its own name, and any other a hash that is the same in every process")
  func names() {
    let channels = Channels(prefix: "datastar:", limit: 63)
    #expect(channels.name(of: "todos:groceries") == "datastar:todos:groceries")
    #expect(channels.name(of: "A_b-9") == "datastar:A_b-9")
    let longest = String(repeating: "x", count: 54)
    #expect(channels.name(of: Topic(longest)) == "datastar:\(longest)")
    // FNV-1a of 64 bits, as its authors' test vectors have it.
    #expect(channels.name(of: "") == "datastar:#cbf29ce484222325")
    #expect(Channels(prefix: "", limit: 0).name(of: "foobar") == "#85944171f73967e8")
    for name in [longest + "x", "a b", "a.b", "a*", ">", "ä", "a\"", "#"] {
      let channel = channels.name(of: Topic(name))
      #expect(channel.hasPrefix("datastar:#") && channel.utf8.count == 26)
    }
  }

  @Test("the first topic of a channel joins it, and the last leaves it")
  func sharing() {
    var channels = Channels(prefix: "", limit: 5)
    #expect(channels.join("a") == "a" && channels.join("a") == nil)
    #expect(channels.leave("b") == nil)
    #expect(channels.leave("a") == "a" && channels.leave("a") == nil)
    #expect(channels.join("a") == "a")
  }

  @Test("a message is read back with its topic, whatever the two are", arguments: ["", "a", "ä b", "1 2", "\n"])
  func messages(topic: String) {
    for message in [[], Array("datastar/2".utf8), [0, 255, 10]] as [[UInt8]] {
      let named = NamedMessage(message, on: Topic(topic))
      #expect(NamedMessage(named.bytes) == named)
      #expect(named.count == named.bytes.count)
    }
  }

  @Test("anything else is no message", arguments: ["", " ", "a", "1", "1 ", "x a", "-1 a", "2 a", "99999999999 a"])
  func refusal(text: String) {
    #expect(NamedMessage(Array(text.utf8)) == nil)
  }
}
