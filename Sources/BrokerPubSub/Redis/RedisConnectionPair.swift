#if Redis
  import DatastarPubSub
  import LibeventHTTP

  extension RedisAddress: Broker {
    var title: String { "Redis at \(self)" }

    var connectTimeout: Duration { brokerPatience }

    func connect(
      on loop: EventLoop, report: @escaping (BrokerEvent) -> Void
    ) throws(BrokerFailure) -> any BrokerConnection {
      try RedisConnectionPair(to: self, on: loop, report)
    }
  }

  /// Two connections to Redis, one to publish and one to subscribe, since on the latter no other command may be given.
  final class RedisConnectionPair: BrokerConnection {
    private let address: RedisAddress
    private let publishing: RedisConnection
    private let subscribing: RedisConnection
    private let report: (BrokerEvent) -> Void
    private var isOpen = true

    init(
      to address: RedisAddress, on loop: EventLoop, _ report: @escaping (BrokerEvent) -> Void
    ) throws(BrokerFailure) {
      (self.address, self.report) = (address, report)
      publishing = try RedisConnection(to: address, on: loop)
      subscribing = try RedisConnection(to: address, on: loop)
      for connection in [publishing, subscribing] {
        connection.onFailure = { [unowned self] in fail($0) }
        for words in address.greeting {
          connection.send(words.map { Array($0.utf8) }) { [unowned self] reply in
            if case .refused(let reason) = reply { fail(reason) }
          }
        }
      }
      subscribing.onSubscribed = { channel in address.topic(of: channel).map { report(.subscribed($0)) } }
      subscribing.onMessage = { channel, bytes in address.topic(of: channel).map { report(.received(bytes, $0)) } }
    }

    /// Reports the first failure of the two, which is the end of both.
    private func fail(_ cause: String) {
      guard isOpen else { return }
      isOpen = false
      report(.failed(cause))
    }

    /// Redis takes 512 MB, which is more than ever waits for it.
    func takes(_ message: [UInt8], on topic: Topic) -> Bool { true }

    func publish(_ message: [UInt8], to topic: Topic, _ done: @escaping (_ isSent: Bool) -> Void) {
      publishing.send([Array("PUBLISH".utf8), Array(address.channel(of: topic).utf8), message]) { [weak self] reply in
        switch reply {
        case .ok: return done(true)
        case .refused(let reason): self?.fail(reason)
        case .lost: break
        }
        done(false)
      }
    }

    func subscribe(to topic: Topic) { subscribing.subscribe(to: address.channel(of: topic)) }

    func unsubscribe(from topic: Topic) { subscribing.unsubscribe(from: address.channel(of: topic)) }

    func finish(_ done: @escaping () -> Void) {
      // Redis answers in the order of the commands.
      publishing.send([Array("PING".utf8)]) { _ in done() }
    }

    func close() {
      isOpen = false
      publishing.close()
      subscribing.close()
    }
  }
#endif
