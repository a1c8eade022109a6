#if PostgreSQL
  import DatastarPubSub
  import Testing

  @testable import BrokerPubSub

  @Suite("NotificationText: a message in a notification") struct NotificationTextTests {
    private func text(_ bytes: [UInt8], isUnicode: Bool = true) -> String {
      NotificationText(NamedMessage(bytes, on: "a"), number: 12, isUnicode: isUnicode).text
    }

    @Test("text goes as it is, all else as Base64, and both are read back")
    func forms() {
      #expect(text(Array("data: \"ä\"\n".utf8)) == "12:1 adata: \"ä\"\n")
      #expect(text([0]) == "12=MSBhAA==")
      #expect(text([255]) == "12=MSBh/w==")
      #expect(text(Array("ä".utf8), isUnicode: false) == "12=MSBhw6Q=")
      for bytes in [[], [0], [255], Array("ä=:".utf8), [13, 10]] as [[UInt8]] {
        #expect(NotificationText.message(text(bytes)) == NamedMessage(bytes, on: "a"))
      }
    }

    @Test("what is taken has less than 8,000 bytes, as PostgreSQL asks", arguments: [UInt8(ascii: "x"), 0])
    func sizes(byte: UInt8) throws {
      func message(_ count: Int) -> NamedMessage { NamedMessage([UInt8](repeating: byte, count: count), on: "a") }
      let largest = try #require((5_000...8_000).last { NotificationText.takes(message($0), isUnicode: true) })
      let text = NotificationText(message(largest), number: .max, isUnicode: true).text
      #expect((7_990..<8_000).contains(text.utf8.count))
    }

    @Test("arrays are as PostgreSQL reads them, whatever is in a text")
    func arrays() {
      #expect(["a", "", "b,{}\n"].postgreSQLArray == #"{"a","","b,{}\#n"}"#)
      #expect([#"say "\""#].postgreSQLArray == #"{"say \"\\\""}"#)
      #expect([String]().postgreSQLArray == "{}")
    }

    @Test("anything else is no message", arguments: ["", "12", "12:", "12-1 a", "12=?", "x:1 a", ":1 b"])
    func refusal(text: String) {
      #expect(NotificationText.message(text)?.message.isEmpty != false)
    }
  }
#endif
