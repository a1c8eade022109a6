/// One client's connection: its requests are read one after the other, and each is answered before the next.
///
/// Belongs to its loop. A request that is malformed, too large or too slow is answered, and the connection closed.
final class HTTPConnection: @unchecked Sendable {
  // Sendable: it travels with a handler's task, which runs on the loop as all calls here do.
  let address: ClientAddress
  /// Who is counted as having the connection for now, behind a proxy, whose connections are everybody's.
  var requester: ClientAddress? { didSet { socket.client = requester ?? address } }
  /// When the client has to be done with what it is doing; looked at by the server's sweep.
  private(set) var deadline: ContinuousClock.Instant
  /// What answers the request that is being handled.
  private var handler: Task<Void, Never>?
  private let socket: Socket
  private let server: ServerLoop
  private var reader: RequestReader
  private var phase = Phase.reading
  /// What every request is answered, where the connection is one too many.
  private let refusal: HTTPError?
  private var hasInputEnded = false
  private var isPaused = false

  private enum Phase {
    /// Requests are read.
    case reading
    /// A handler is at work.
    case handling(RequestHead)
    /// An answer waits for the client to take it in.
    case answering(thenCloses: Bool)
    /// All has been said; what still comes is dropped until the client hangs up.
    case lingering
    /// A stream has the socket.
    case detached
  }

  /// Up to here, copying a body is less work than another call of the system.
  private static let copiedAtMost = 8 * 1024
  /// How long a connection that is one too many may wait to be told so.
  private static let refusalTime = Duration.seconds(2)

  init(_ socket: Socket, from address: ClientAddress, of server: ServerLoop, refusal: HTTPError?) {
    (self.socket, self.address, self.server, self.refusal) = (socket, address, server, refusal)
    reader = RequestReader(limits: server.configuration.requests, largeBodies: server.largeBodies)
    socket.client = address
    deadline = .now + (refusal == nil ? server.configuration.requestTimeout : Self.refusalTime)
    socket.onReadable = { [unowned self] in receive() }
    socket.onDrain = { [unowned self] in didSend() }
  }

  /// Has a task answer the request that is being handled. It is cancelled where the client leaves first.
  func handle(by handler: Task<Void, Never>) { self.handler = handler }

  /// Tells what answers the client that it has left.
  func cancelHandler() { handler?.cancel() }

  /// Whether nothing is under way, so that closing takes nothing from the client.
  var isIdle: Bool {
    if case .reading = phase { return !reader.isWithinRequest }
    return false
  }

  /// Whether the client has not been sent all of an answer.
  var isSending: Bool { !socket.isDrained }

  func close() { socket.close() }

  /// Gives a client up that has let its time pass; one in the middle of a request is told.
  func expire() {
    switch phase {
    case .reading where refusal == nil && reader.isWithinRequest:
      refuse(HTTPError(.requestTimeout, "the request took longer to come in than it may"))
    case .reading: close()
    // The handler's time is its own; a client that does not take in its answer, or does not hang up, is the socket's to
    // notice.
    case .handling, .answering, .lingering, .detached: break
    }
  }
}

// MARK: - Requests

extension HTTPConnection {
  private func receive() {
    switch socket.receive(into: server.scratch) {
    case .nothing: return
    case .broken: return close()
    case .end: endOfInput()
    case .bytes(let count): received(UnsafeRawBufferPointer(rebasing: server.scratch[..<count]))
    }
  }

  private func received(_ bytes: UnsafeRawBufferPointer) {
    switch phase {
    case .lingering, .detached: return
    case .reading:
      if let refusal { return refuse(refusal) }
      let isFirstOfRequest = !reader.isWithinRequest
      reader.append(bytes)
      if isFirstOfRequest { deadline = .now + server.configuration.requestTimeout }
      readNext()
    case .handling, .answering:
      // Requests that are sent ahead wait, and from a certain amount on they wait with the client.
      reader.append(bytes)
      if reader.unreadCount >= server.configuration.requests.body { pauseReading() }
    }
  }

  /// Hands the next request to its handler, if it is all there.
  private func readNext() {
    do throws(HTTPError) {
      if let request = try reader.next() {
        phase = .handling(request.head)
        server.handle(request, on: self)
      } else if hasInputEnded {
        close()
      } else if reader.awaitsContinue {
        socket.write(.init(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)))
      }
    } catch {
      refuse(error)
    }
  }

  /// The client may wait for the answers to what it has sent before it said that it was done.
  private func endOfInput() {
    hasInputEnded = true
    // The end stays readable for ever.
    socket.read(false)
    switch phase {
    case .reading, .lingering: close()
    // Whether it has left or only said all, nobody knows: an answer is sent if there is one in spite of that.
    case .handling: cancelHandler()
    case .answering, .detached: break
    }
  }

  private func pauseReading() {
    isPaused = true
    socket.read(false)
  }

  private func resumeReading() {
    guard isPaused else { return }
    isPaused = false
    socket.read(true)
  }
}

// MARK: - Answers

extension HTTPConnection {
  /// Answers the request that is being handled.
  func answer(_ response: Response) {
    guard socket.isOpen, case .handling(let head) = phase else { return }
    answer(response, to: head, keepsAlive: head.keepsAlive && server.keepsConnections)
  }

  /// Answers what cannot be read on from, and closes.
  private func refuse(_ error: HTTPError) {
    server.didRefuse(error, head: reader.wholeHead, on: self)
    answer(Response(error), to: reader.wholeHead, keepsAlive: false)
  }

  private func answer(_ response: Response, to head: RequestHead?, keepsAlive: Bool) {
    var response = response
    if response.status.isRefusal, let head { response = server.handler.dressed(response, head) }
    // Whoever sends a method that is not known here may mean something else by what follows.
    let keepsAlive = keepsAlive && response.status.code != 501
    let body = response.status.hasBody ? response.body.piece : nil
    // What is larger than this may have to wait, and can only be refused before any of it has been sent.
    if let body, head?.method != .head, body.count > server.configuration.sendBuffer {
      do throws(HTTPError) {
        try server.unsent.check(body, for: requester ?? address)
      } catch {
        server.didRefuse(error, head: head, on: self)
        return answer(Response(error), to: head, keepsAlive: keepsAlive)
      }
    }
    let length = body.map { ResponseHead.Length.bytes($0.count) } ?? .none
    let bytes = server.bytes(ofHead: response, to: head, keepsAlive: keepsAlive, length: length)
    (phase, handler) = (.answering(thenCloses: !keepsAlive), nil)
    send(bytes, head?.method == .head ? nil : body)
    if socket.isOpen, socket.isDrained { didSend() }
  }

  private func send(_ head: [UInt8], _ body: Socket.Piece?) {
    // A small body goes with the header in one call of the system, a large one is not copied.
    if let body, body.count > Self.copiedAtMost || body.isShared {
      socket.write(.init(head, isFollowed: true))
      socket.write(body)
    } else {
      socket.write(.init(head + (body?.bytes ?? [])))
    }
  }

  /// Goes on when the client has been sent all of an answer.
  private func didSend() {
    guard case .answering(let thenCloses) = phase else { return }
    server.didAnswer(self)
    if thenCloses { return linger() }
    phase = .reading
    deadline = .now + (reader.isWithinRequest ? server.configuration.requestTimeout : server.configuration.idleTimeout)
    resumeReading()
    readNext()
  }

  private func linger() {
    if hasInputEnded { return close() }
    phase = .lingering
    resumeReading()
    socket.linger()
  }

  /// Sends the response's header and gives the socket to a stream.
  ///
  /// - Returns: nil if the client has gone.
  func detach(sendingHeadOf response: Response) -> ResponseStream? {
    guard socket.isOpen, !hasInputEnded, case .handling(let head) = phase else {
      close()
      return nil
    }
    let framing: BodyFraming = head.isHTTP10 ? .untilClose : .chunked
    let bytes = server.bytes(ofHead: response, to: head, keepsAlive: false, length: .framing(framing))
    phase = .detached
    resumeReading()
    socket.setSendBuffer(server.configuration.streamSendBuffer)
    let stream = ResponseStream(socket, framing: framing)
    (stream.handler, handler) = (handler, nil)
    stream.write(bytes)
    return stream
  }
}

extension Response.Body {
  /// What is sent of it at once; nil for a stream, of which somebody who only asks about it is sent the header.
  fileprivate var piece: Socket.Piece? {
    switch content {
    case .bytes(let bytes): Socket.Piece(bytes)
    case .shared(let shared): Socket.Piece(shared)
    case .stream: nil
    }
  }
}
