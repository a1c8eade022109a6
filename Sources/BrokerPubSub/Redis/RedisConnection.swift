#if Redis
  import CHiredis
  import LibeventHTTP

  /// One connection to Redis, from its beginning to its end; it is never opened again.
  ///
  /// Belongs to its loop: every call is on the loop's thread, and so are the callbacks.
  final class RedisConnection {
    /// What Redis has answered to a command.
    enum Reply {
      case ok
      case refused(String)
      /// The connection has ended before there was an answer.
      case lost
    }

    /// Called once when the connection fails, with the cause; not when it is closed from here.
    var onFailure: ((_ cause: String) -> Void)?
    /// Called when a subscription has taken hold.
    var onSubscribed: ((_ channel: String) -> Void)?
    /// Called with every message on the channels that are subscribed to. The bytes are valid during the call only.
    var onMessage: ((_ channel: String, _ bytes: UnsafeRawBufferPointer) -> Void)?

    private var context: UnsafeMutablePointer<redisAsyncContext>?

    /// Begins to connect; what is sent meanwhile waits.
    ///
    /// - Throws: ``BrokerFailure`` where it fails at once, as for a name without an address.
    init(to address: RedisAddress, on loop: EventLoop) throws(BrokerFailure) {
      loop.preconditionIsCurrent()
      guard let context = redisAsyncConnect(address.host, Int32(address.port)) else {
        throw BrokerFailure("out of memory")
      }
      guard context.pointee.err == 0 else {
        defer { redisAsyncFree(context) }
        throw BrokerFailure(Self.cause(context))
      }
      self.context = context
      // Unretained: `close` comes before the end of the object, and nothing is called after it.
      context.pointee.data = Unmanaged.passUnretained(self).toOpaque()
      redisLibeventAttach(context, loop.base)
      redisAsyncSetConnectCallback(context) { context, status in
        if status != REDIS_OK { RedisConnection.of(context)?.fail(context) }
      }
      redisAsyncSetDisconnectCallback(context) { context, _ in RedisConnection.of(context)?.fail(context) }
    }

    deinit { close() }

    /// Gives the connection up; commands without an answer are lost.
    func close() {
      guard let context = context.take() else { return }
      context.pointee.data = nil
      redisAsyncFree(context)
    }

    private func fail(_ context: UnsafePointer<redisAsyncContext>?) {
      // The library gives up the context after this call.
      guard self.context.take() != nil, let context else { return }
      onFailure?(Self.cause(context))
    }

    private static func of(_ context: UnsafePointer<redisAsyncContext>?) -> RedisConnection? {
      context?.pointee.data.map { Unmanaged.fromOpaque($0).takeUnretainedValue() }
    }

    private static func cause(_ context: UnsafePointer<redisAsyncContext>) -> String {
      let cause = context.pointee.errstr.map { String(cString: $0) } ?? ""
      return cause.isEmpty ? "the connection was closed" : cause
    }
  }

  // MARK: - Commands

  extension RedisConnection {
    private final class Handler {
      let act: (Reply) -> Void
      init(_ act: @escaping (Reply) -> Void) { self.act = act }
    }

    /// Sends a command; `act` is called once with its answer, in the order of the commands.
    func send(_ words: [[UInt8]], _ act: @escaping (Reply) -> Void) {
      let handler = Unmanaged.passRetained(Handler(act)).toOpaque()
      let isQueued = command(words, handler) { _, reply, handler in
        guard let handler else { return }
        let reply = reply?.assumingMemoryBound(to: redisReply.self)
        Unmanaged<Handler>.fromOpaque(handler).takeRetainedValue().act(Reply(reply))
      }
      if !isQueued { Unmanaged<Handler>.fromOpaque(handler).takeRetainedValue().act(.lost) }
    }

    /// Begins to subscribe to a channel.
    func subscribe(to channel: String) {
      _ = command([Array("SUBSCRIBE".utf8), Array(channel.utf8)], nil) { context, reply, _ in
        guard let reply = reply?.assumingMemoryBound(to: redisReply.self) else { return }
        RedisConnection.of(context)?.receive(reply.pointee)
      }
    }

    /// Ends the subscription to a channel.
    func unsubscribe(from channel: String) {
      _ = command([Array("UNSUBSCRIBE".utf8), Array(channel.utf8)], nil, nil)
    }

    private typealias Callback =
      @convention(c) (
        UnsafeMutablePointer<redisAsyncContext>?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?
      ) -> Void

    /// Answers whether the command has been taken, so that it will have an answer.
    private func command(
      _ words: [[UInt8]], _ handler: UnsafeMutableRawPointer?, _ callback: Callback?
    ) -> Bool {
      guard let context else { return false }
      let lengths = words.map(\.count)
      var all: [UInt8] = []
      all.reserveCapacity(lengths.reduce(0, +))
      for word in words { all += word }
      // In one piece of memory, whose parts stay where they are during the call.
      return all.withUnsafeBytes { bytes in
        var rest = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        var starts: [UnsafePointer<CChar>?] = []
        for length in lengths {
          starts.append(rest)
          rest = rest.map { $0 + length }
        }
        return redisAsyncCommandArgv(context, callback, handler, Int32(words.count), &starts, lengths) == REDIS_OK
      }
    }

    private func receive(_ reply: redisReply) {
      guard reply.type == REDIS_REPLY_ARRAY, reply.elements == 3, let elements = reply.element,
        let kind = elements[0]?.pointee.text, let channel = elements[1]?.pointee.text
      else { return }
      switch kind {
      case "subscribe": onSubscribed?(channel)
      case "message":
        if let message = elements[2]?.pointee { onMessage?(channel, .init(start: message.str, count: message.len)) }
      default: break
      }
    }
  }

  extension RedisConnection.Reply {
    fileprivate init(_ reply: UnsafeMutablePointer<redisReply>?) {
      guard let reply = reply?.pointee else {
        self = .lost
        return
      }
      self = reply.type == REDIS_REPLY_ERROR ? .refused(reply.text ?? "") : .ok
    }
  }

  extension redisReply {
    fileprivate var text: String? {
      str.map { String(decoding: UnsafeRawBufferPointer(start: $0, count: len), as: UTF8.self) }
    }
  }
#endif
