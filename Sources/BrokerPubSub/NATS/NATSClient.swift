#if NATS
  import CNATS
  import DatastarLocking
  import DatastarPubSub

  /// The library's side of one connection to NATS. Its calls wait: they are for a queue of its own, one after the other.
  final class NATSClient: @unchecked Sendable {
    // Sendable: what changes is touched on the queue only.

    /// What the library tells, on threads of its own.
    struct Callbacks: Sendable {
      /// A message. To hold the library up is to wait in it: messages pile up there, and too many end the connection.
      var received: @Sendable ([UInt8]) -> Void
      /// The connection has ended, or is of no use.
      var failed: @Sendable (_ cause: String) -> Void
    }

    private let number: UInt64
    private var connection: OpaquePointer?
    private var subscriptions: [String: OpaquePointer] = [:]
    private var channels = Channels(prefix: "datastar.", limit: 200)

    /// Who is meant by the number that the library has in the place of a pointer: it may call when nobody listens any more.
    private static let clients = Locked<[UInt64: Callbacks]>([:])
    private static let numbers = IDGenerator()

    /// In milliseconds: for one server to connect, and for what is sent. The link gives up earlier.
    private static let timeouts: (connecting: Int64, sending: Int64) = (2_000, 5_000)

    init(_ callbacks: Callbacks) {
      number = Self.numbers.next()
      Self.clients.withLock { $0[number] = callbacks }
    }

    /// Ends the connection; nothing is told any more.
    func close() {
      Self.clients.withLock { $0[number] = nil }
      for subscription in subscriptions.values { natsSubscription_Destroy(subscription) }
      subscriptions = [:]
      if let connection = connection.take() { natsConnection_Destroy(connection) }
    }

    private var closure: UnsafeMutableRawPointer? { UnsafeMutableRawPointer(bitPattern: UInt(number)) }

    private static func callbacks(_ closure: UnsafeMutableRawPointer?) -> Callbacks? {
      clients.withLock { $0[UInt64(UInt(bitPattern: closure))] }
    }

    /// Checks what a call returns.
    private static func check(_ status: natsStatus) throws(BrokerFailure) {
      guard status != NATS_OK else { return }
      throw BrokerFailure(text(of: status, nats_GetLastError(nil)))
    }

    private static func text(of status: natsStatus, _ detail: UnsafePointer<CChar>?) -> String {
      let text = natsStatus_GetText(status).map { String(cString: $0) } ?? "status \(status.rawValue)"
      // The library says first where in its own source that was: "(conn.c:1905): Authorization Violation".
      let detail = detail.map { String(cString: $0) }?.split(separator: "): ", maxSplits: 1).last ?? ""
      return detail.isEmpty || detail == text ? text : "\(text): \(detail)"
    }
  }

  // MARK: - The connection

  extension NATSClient {
    /// Connects to one of the servers.
    ///
    /// - Returns: how many bytes a message may have.
    func connect(to address: NATSAddress) throws(BrokerFailure) -> Int {
      var options: OpaquePointer?
      try Self.check(natsOptions_Create(&options))
      defer { natsOptions_Destroy(options) }
      try withCStrings(address.hosts.map { "nats://\($0)" }) { servers throws(BrokerFailure) in
        var servers = servers
        try Self.check(natsOptions_SetServers(options, &servers, Int32(servers.count)))
      }
      if let user = address.user { try Self.check(natsOptions_SetUserInfo(options, user, address.password)) }
      try Self.check(natsOptions_SetName(options, "datastar"))
      try Self.check(natsOptions_SetTimeout(options, Self.timeouts.connecting))
      try Self.check(natsOptions_SetWriteDeadline(options, Self.timeouts.sending))
      // The link knows better when: it has the topics caught up.
      try Self.check(natsOptions_SetAllowReconnect(options, false))
      // Otherwise each subscription has a thread.
      try Self.check(natsOptions_UseGlobalMessageDelivery(options, true))
      try Self.check(natsOptions_SetClosedCB(options, Self.hasClosed, closure))
      try Self.check(natsOptions_SetErrorHandler(options, Self.hasFailed, closure))
      try Self.check(natsConnection_Connect(&connection, options))
      return Int(natsConnection_GetMaxPayload(connection))
    }

    private static let hasClosed: natsConnectionHandler = { connection, closure in
      var detail: UnsafePointer<CChar>?
      let status = natsConnection_GetLastError(connection, &detail)
      let cause = status == NATS_OK ? "the connection was closed" : NATSClient.text(of: status, detail)
      NATSClient.callbacks(closure)?.failed(cause)
    }

    /// For one, that it was slower than others publish: the library has dropped messages.
    private static let hasFailed: natsErrHandler = { _, _, status, closure in
      NATSClient.callbacks(closure)?.failed(NATSClient.text(of: status, nil))
    }

    private static let hasMessage: natsMsgHandler = { _, _, message, closure in
      defer { natsMsg_Destroy(message) }
      let bytes = UnsafeRawBufferPointer(start: natsMsg_GetData(message), count: Int(natsMsg_GetDataLength(message)))
      NATSClient.callbacks(closure)?.received(Array(bytes))
    }

    /// Does what it is told, and returns when the server has answered after all of it.
    func perform(_ steps: [BrokerSteps.Step]) throws(BrokerFailure) {
      for step in steps {
        switch step {
        case .subscribe(let topic): try subscribe(to: topic)
        case .unsubscribe(let topic):
          let subject = channels.leave(topic)
          natsSubscription_Destroy(subject.flatMap { subscriptions.removeValue(forKey: $0) })
        case .publish(let message, let topic):
          let bytes = NamedMessage(message, on: topic).bytes
          try Self.check(natsConnection_Publish(connection, channels.name(of: topic), bytes, Int32(bytes.count)))
        }
      }
      try Self.check(natsConnection_FlushTimeout(connection, Self.timeouts.sending))
    }

    private func subscribe(to topic: Topic) throws(BrokerFailure) {
      guard let subject = channels.join(topic) else { return }
      var subscription: OpaquePointer?
      try Self.check(natsConnection_Subscribe(&subscription, connection, subject, Self.hasMessage, closure))
      subscriptions[subject] = subscription
    }
  }
#endif
