#if PostgreSQL
  import CLibevent
  import CPostgreSQL
  import DatastarLocking
  import DatastarPubSub
  import Dispatch
  import LibeventHTTP

  /// One connection to PostgreSQL, on which topics are listened to and payloads are sent by NOTIFY.
  ///
  /// It is made on another thread, since libpq waits there for names, hosts and passwords; then it belongs to its loop,
  /// where nothing waits. One statement is under way at a time, for all that has come meanwhile.
  final class PostgreSQLConnection: BrokerConnection, @unchecked Sendable {
    // Sendable: touched on the loop's thread only, but for the address.
    private let loop: EventLoop
    private let report: (BrokerEvent) -> Void
    private var handle: OpaquePointer?
    private var readable: Event?
    private var writable: Event?
    private var isOpen = true
    private var steps: BrokerSteps
    private var channels = Channels(prefix: "datastar:", limit: 63)
    /// How many notifications have been sent.
    private var number: UInt64 = 0
    private var isUnicode = false
    /// What PostgreSQL has said before it closed the connection.
    private var lastWords = ""
    /// Whether a statement is under way.
    private var isBusy = false
    /// Ends the time for which nothing is sent.
    private var rest: Event?

    /// A connection between two threads.
    private struct Made: @unchecked Sendable {
      // Sendable: whoever has made it gives it away.
      let handle: OpaquePointer?
    }

    /// Begins to connect; what is asked for meanwhile waits.
    init(to address: PostgreSQLAddress, on loop: EventLoop, _ report: @escaping (BrokerEvent) -> Void) {
      (self.loop, self.report, steps) = (loop, report, BrokerSteps(report))
      DispatchQueue.global().async {
        let made = Made(handle: address.connect())
        if !loop.execute({ self.begin(made.handle) }) { PQfinish(made.handle) }
      }
    }

    func takes(_ message: [UInt8], on topic: Topic) -> Bool {
      NotificationText.takes(NamedMessage(message, on: topic), isUnicode: isUnicode)
    }

    func publish(_ message: [UInt8], to topic: Topic, _ done: @escaping (_ isSent: Bool) -> Void) {
      guard isOpen else { return done(false) }
      steps.add(.publish(message, topic), done)
      sendNext()
    }

    func subscribe(to topic: Topic) {
      steps.add(.subscribe(topic))
      sendNext()
    }

    func unsubscribe(from topic: Topic) {
      steps.add(.unsubscribe(topic))
      sendNext()
    }

    func finish(_ done: @escaping () -> Void) { steps.whenEmpty(done) }

    func close() {
      isOpen = false
      (readable, writable, rest) = (nil, nil, nil)
      if let handle = handle.take() { PQfinish(handle) }
      steps.giveUp()()
    }

    private func tell(_ event: BrokerEvent) {
      if isOpen { report(event) }
    }

    private func fail() {
      // Reads what has come before the end.
      if let handle { _ = PQisBusy(handle) }
      let cause = handle.flatMap { PQerrorMessage($0) }.map { String(cString: $0) } ?? "out of memory"
      let words = (lastWords.isEmpty ? cause : lastWords).split(whereSeparator: \.isWhitespace).joined(separator: " ")
      tell(.failed(words.isEmpty ? "the connection was closed" : words))
    }
  }

  // MARK: - The connection

  extension PostgreSQLConnection {
    private func begin(_ handle: OpaquePointer?) {
      guard isOpen else { return PQfinish(handle) }
      self.handle = handle
      guard let handle, PQstatus(handle) == CONNECTION_OK, PQsetnonblocking(handle, 1) == 0 else { return fail() }
      // By default they are written to the standard error. Unretained: it is called in calls of this object's alone.
      let me = Unmanaged.passUnretained(self).toOpaque()
      PQsetNoticeProcessor(
        handle,
        { me, text in
          guard let me, let text, strncmp(text, "FATAL", 5) == 0 else { return }
          Unmanaged<PostgreSQLConnection>.fromOpaque(me).takeUnretainedValue().lastWords = String(cString: text)
        }, me)
      isUnicode = PQparameterStatus(handle, "server_encoding").map { String(cString: $0) } == "UTF8"
      readable = Event(base: loop.base, descriptor: PQsocket(handle), flags: EV_READ | EV_PERSIST) {
        [unowned self] _ in read()
      }
      guard readable?.watch() == true else { return tell(.failed("the system watches no more connections")) }
      // A NOTIFY is a transaction: it has nothing that would have to reach the disk or a standby.
      send { PQsendQuery($0, "SET synchronous_commit = off") }
    }

    private func read() {
      guard let handle, PQconsumeInput(handle) == 1 else { return fail() }
      while isBusy, PQisBusy(handle) == 0 {
        guard let result = PQgetResult(handle) else {
          isBusy = false
          break
        }
        defer { PQclear(result) }
        guard [PGRES_COMMAND_OK, PGRES_TUPLES_OK].contains(PQresultStatus(result)) else { return fail() }
      }
      takeNotifications()
      guard !isBusy, isOpen else { return flush() }
      steps.succeed()()
      sendNext()
    }

    private func takeNotifications() {
      // Whoever is told may close this connection.
      while let handle, let notification = PQnotifies(handle) {
        defer { PQfreemem(notification) }
        guard let named = NotificationText.message(String(cString: notification.pointee.extra)) else { continue }
        named.message.withUnsafeBytes { tell(.received($0, named.topic)) }
      }
    }

    /// Sends a statement, of whose end ``read()`` hears.
    private func send(_ statement: (OpaquePointer) -> Int32) {
      guard let handle else { return }
      guard statement(handle) == 1 else { return fail() }
      isBusy = true
      flush()
    }

    /// Hands to the kernel what it takes, and the rest when it takes more.
    private func flush() {
      guard let handle else { return }
      switch PQflush(handle) {
      case 0: writable = nil
      case 1:
        writable = Event(base: loop.base, descriptor: PQsocket(handle), flags: EV_WRITE) { [unowned self] _ in flush() }
        if writable?.watch() != true { tell(.failed("the system watches no more connections")) }
      default: fail()
      }
    }
  }

  // MARK: - Statements

  extension PostgreSQLConnection {
    /// How long messages are gathered where they come faster than one at a time: each statement with some is a
    /// transaction that all others wait for that notify, and wakes all that listen.
    private static let gathering = Duration.milliseconds(5)

    /// Sends the next statement, unless one is under way.
    private func sendNext() {
      while !isBusy, rest == nil, handle != nil, let batch = steps.next(where: { $0.isPublishing == $1.isPublishing }) {
        if batch[0].isPublishing { notify(batch) } else { listen(batch) }
        if isBusy { return }
        // Nothing had to be said to PostgreSQL.
        steps.succeed()()
      }
    }

    private func listen(_ batch: [BrokerSteps.Step]) {
      let words = batch.compactMap { step in
        switch step {
        case .subscribe(let topic): channels.join(topic).map { "LISTEN \"\($0)\"" }
        case .unsubscribe(let topic): channels.leave(topic).map { "UNLISTEN \"\($0)\"" }
        case .publish: nil
        }
      }
      if !words.isEmpty { send { PQsendQuery($0, words.joined(separator: ";")) } }
    }

    private func notify(_ batch: [BrokerSteps.Step]) {
      var (names, texts): ([String], [String]) = ([], [])
      for case .publish(let message, let topic) in batch {
        number += 1
        names.append(channels.name(of: topic))
        texts.append(NotificationText(NamedMessage(message, on: topic), number: number, isUnicode: isUnicode).text)
      }
      withCStrings([names.postgreSQLArray, texts.postgreSQLArray]) { values in
        send { PQsendQueryParams($0, Self.notifying, 2, nil, values, nil, nil, 0) }
      }
      if batch.count > 1, !steps.hasMore { gather() }
    }

    private func gather() {
      rest = Event(base: loop.base) { [unowned self] _ in
        rest = nil
        sendNext()
      }
      rest?.add(timeout: Self.gathering)
    }

    /// Notifies in the order of the arrays.
    private static let notifying =
      "SELECT count(pg_notify(channel, payload)) FROM unnest($1::text[], $2::text[]) AS sent (channel, payload)"
  }
#endif
