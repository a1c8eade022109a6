import DatastarPubSub
import Testing

@testable import BrokerPubSub

@Suite("Envelope: what is sent through a broker") struct EnvelopeTests {
  private let sender = Envelope.Sender()

  private func read(_ bytes: [UInt8]) -> Envelope? { bytes.withUnsafeBytes { Envelope($0) } }

  @Test(
    "what is written is read back, whatever the payload's bytes are",
    arguments: [nil, .init(revision: 0), .init(revision: .max, sequence: .min)] as [Payload.Version?])
  func roundTrip(version: Payload.Version?) {
    for bytes in [[], Array("event: a\ndata: ä\n\n".utf8), [0, 10, 13, 255]] as [[UInt8]] {
      let last = Payload.Version(revision: .max, sequence: .max)
      for payload in [Payload(bytes, version: version), version.map { Payload(bytes, from: $0, to: last) }] {
        guard let payload else { continue }
        let envelope = Envelope(.payload(payload), from: sender)
        #expect(read(envelope.bytes) == envelope)
      }
    }
  }

  @Test("the form is the documented one")
  func form() {
    let payload = Payload(Array("data\n".utf8), version: .init(revision: 41, sequence: 2))
    #expect(Envelope(.payload(payload), from: sender).bytes == Array("datastar/2 \(sender.text) - 41.2\ndata\n".utf8))
    #expect(Envelope(.payload(Payload([])), from: sender).bytes == Array("datastar/2 \(sender.text) - -\n".utf8))
    let delta = Payload([], from: .init(revision: 40), to: .init(revision: 41, sequence: 2))
    #expect(Envelope(.payload(delta), from: sender).bytes == Array("datastar/2 \(sender.text) 40.0 41.2\n".utf8))
    #expect(sender.text.utf8.count == 16)
  }

  @Test("a state that is not sent goes as its version")
  func versionAlone() {
    let envelope = Envelope(.version(.init(revision: 41, sequence: 2)), from: sender)
    #expect(envelope.bytes == Array("datastar/2 \(sender.text) ? 41.2\n".utf8))
    #expect(read(envelope.bytes) == envelope)
    #expect(read(envelope.bytes + Array("data".utf8)) == nil)
  }

  @Test(
    "anything else is no envelope",
    arguments: [
      "", "\n", "hello", "datastar/1 0123456789abcdef 1.0\n", "datastar/3 0123456789abcdef - 1.0\n",
      "datastar/2 0123456789abcdef - 1.0", "datastar/2 0123456789abcde - 1.0\n",
      "datastar/2 0123456789abcdeg - 1.0\n", "datastar/2 0123456789abcdef - 1\n",
      "datastar/2 0123456789abcdef - 1.\n", "datastar/2 0123456789abcdef - 1.0.0\n",
      "datastar/2  0123456789abcdef - 1.0\n", "datastar/2 0123456789abcdef - 99999999999999999999.0\n",
      "datastar/2 0123456789abcdef - 1.0 x\n", "datastar/2 0123456789abcdef 1.0 -\n",
      "datastar/2 0123456789abcdef 1.0 1.0\n", "datastar/2 0123456789abcdef x 1.0\n",
      "datastar/2 0123456789abcdef - x\n", "datastar/2 0123456789abcdef ? -\n", "datastar/2 0123456789abcdef ?\n",
    ])
  func refusal(text: String) {
    #expect(read(Array(text.utf8)) == nil)
  }
}
