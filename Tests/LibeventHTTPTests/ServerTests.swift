import DatastarLocking
import LibeventHTTP
import Logging
import ServiceLifecycle
import Testing
import TodoTestSupport

/// Runs `body` against a server with the given routes, on a port of its own.
func withServer(
  configure: (inout ServerConfiguration) -> Void = { _ in }, logger: Logger = Logger(label: "test"),
  routes: (inout Router) -> Void,
  _ body: (ListeningAddress) async throws -> Void
) async throws {
  var configuration = ServerConfiguration()
  configuration.port = 0
  configure(&configuration)
  var router = Router()
  routes(&router)
  let server = try await RunningServer(
    configuration: configuration, logger: logger, router: router)
  do {
    try await body(server.address)
  } catch {
    await server.stop()
    throw error
  }
  await server.stop()
}

@Suite("Server: running", .timeLimit(.minutes(1))) struct ServerRunningTests {
  private let listening = AsyncStream.makeStream(of: ListeningAddress.self)
  private var server: Server {
    var configuration = ServerConfiguration()
    configuration.port = 0
    configuration.onListening = { listening.continuation.yield($0) }
    var router = Router()
    router.get("/") { _ in .text(.ok, "hello") }
    router.post("/large", bodyLimit: 200_000) { request in .text(.ok, "\(request.body.count)") }
    return Server(configuration: configuration, router: router)
  }

  private func isServing(_ address: ListeningAddress) async -> Bool {
    (try? await ClientConnection.fetch("GET", "/", from: address))?.status == 200
  }

  @Test("a server that is run says where it listens, and serves until its task is cancelled")
  func cancelling() async throws {
    let running = Task { [server] in try await server.run() }
    let address = try #require(await listening.stream.first { _ in true })
    #expect(await isServing(address))
    running.cancel()
    try await running.value
    #expect(await !isServing(address))
  }

  @Test("a server in a service group serves until that shuts down")
  func service() async throws {
    let group = ServiceGroup(services: [server], logger: Logger(label: "test"))
    let running = Task { try await group.run() }
    let address = try #require(await listening.stream.first { _ in true })
    #expect(await isServing(address))
    await group.triggerGracefulShutdown()
    try await running.value
    #expect(await !isServing(address))
  }

  @Test("a server serves once, and stopping one that does not does nothing")
  func once() async throws {
    let server = server
    let address = try await server.start()
    await #expect(throws: HTTPServerError.usedBefore) { try await server.start() }
    #expect(await isServing(address))
    await server.stop()
    await server.stop()
    await #expect(throws: HTTPServerError.usedBefore) { try await server.start() }
    let other = self.server
    await other.stop()
    await #expect(throws: HTTPServerError.usedBefore) { try await other.start() }
  }

  @Test("a server whose address was in use can be started when it is free")
  func again() async throws {
    let first = server
    let address = try await first.start()
    var configuration = ServerConfiguration()
    configuration.port = address.port
    let second = Server(configuration: configuration) { _ in .text(.ok, "second") }
    await #expect(throws: HTTPServerError.addressInUse(host: "127.0.0.1", port: address.port)) {
      try await second.start()
    }
    await first.stop()
    #expect(try await second.start() == address)
    await second.stop()
  }

  @Test("the limits of a router's bodies are those of its server")
  func bodyLimits() async throws {
    let server = server
    let address = try await server.start()
    for (size, status) in [(200_000, 200), (200_001, 413)] {
      let body = String(repeating: "x", count: size)
      #expect(try await ClientConnection.fetch("POST", "/large", from: address, body: body).status == status)
    }
    await server.stop()
  }
}

@Suite("Server: requests and responses") struct ServerTests {
  private func withEcho(
    configure: (inout ServerConfiguration) -> Void = { _ in }, _ body: (ListeningAddress) async throws -> Void
  ) async throws {
    try await withServer(configure: configure) { router in
      router.get("/hello/:name") { request in
        .text(.ok, "hello \(request.parameters["name"] ?? "") from \(request.client) \(request.query ?? "-")")
      }
      router.post("/echo") { request in
        Response(.created, headers: ["X-Type": request.mediaType ?? "none"], body: request.body)
      }
      router.get("/fail") { _ in throw HTTPError(.unprocessableContent, "the title is blank") }
      router.get("/crash") { _ in throw CancellationError() }
      router.get("/where") { _ in .text(.ok, EventLoop.current != nil ? "on the loop" : "elsewhere") }
      router.get("/later") { _ in
        await Task.detached {}.value
        return .text(.ok, EventLoop.current != nil ? "on the loop" : "elsewhere")
      }
    } _: {
      try await body($0)
    }
  }

  @Test("GET answers with the handler's text, its path and query at hand")
  func get() async throws {
    try await withEcho { address in
      let response = try await ClientConnection.fetch("GET", "/hello/w%C3%B6rld?a=b", from: address)
      #expect(response.status == 200)
      #expect(response.text == "hello wörld from 127.0.0.1 a=b\n")
      #expect(response["content-type"] == "text/plain; charset=utf-8")
    }
  }

  @Test(
    "behind a proxy the client is the last that it names, however that is written, or unknown; elsewhere the connection's",
    arguments: [
      (true, "192.0.2.7", "192.0.2.7"), (true, "203.0.113.9,  2001:db8::1 ", "2001:db8::1"),
      (true, "192.0.2.7:4711", "192.0.2.7"), (true, "[2001:db8::1]:4711", "2001:db8::1"),
      (true, "[2001:db8::1]", "2001:db8::1"), (true, "fe80::1%eth0", "fe80::1"),
      (true, "[fe80::1%25eth0]:80", "fe80::1"), (true, "::ffff:192.0.2.7", "192.0.2.7"),
      (true, "[::ffff:192.0.2.7]:1", "192.0.2.7"), (true, "203.0.113.9, 127.0.0.1", "127.0.0.1"),
      (true, "192.0.2.7, unknown", "unknown"), (true, "192.0.2.7,", "unknown"), (true, "", "unknown"),
      (true, "192.0.2.7:99999", "unknown"), (true, "192.0.2.7:", "unknown"), (true, "[2001:db8::1", "unknown"),
      (true, "[2001:db8::1]x", "unknown"), (true, "_hidden", "unknown"), (false, "192.0.2.7", "127.0.0.1"),
    ])
  func forwardedClient(isBehindProxy: Bool, header: String, client: String) async throws {
    try await withEcho {
      $0.isBehindProxy = isBehindProxy
    } _: { address in
      let response = try await ClientConnection.fetch(
        "GET", "/hello/you", from: address, headers: ["X-Forwarded-For": header])
      #expect(response.text == "hello you from \(client) -\n")
    }
  }

  @Test("POST hands over the body and its media type in lower case")
  func post() async throws {
    try await withEcho { address in
      let response = try await ClientConnection.fetch(
        "POST", "/echo", from: address, headers: ["Content-Type": "Application/JSON; charset=utf-8"], body: "{\"ä\":1}")
      #expect(response.status == 201)
      #expect(response.text == "{\"ä\":1}")
      #expect(response["x-type"] == "application/json")
    }
  }

  @Test("HEAD answers with GET's header and no body")
  func head() async throws {
    try await withEcho { address in
      let response = try await ClientConnection.fetch("HEAD", "/hello/you", from: address)
      #expect(response.status == 200)
      #expect(response["content-length"] == "27")
    }
  }

  @Test("an HTTPError becomes its status and one line of text")
  func httpError() async throws {
    try await withEcho { address in
      let response = try await ClientConnection.fetch("GET", "/fail", from: address)
      #expect(response.status == 422)
      #expect(response.text == "the title is blank\n")
    }
  }

  @Test("any other error is a 500 that gives nothing away")
  func otherError() async throws {
    try await withEcho { address in
      let response = try await ClientConnection.fetch("GET", "/crash", from: address)
      #expect(response.status == 500)
      #expect(response.text == "the server failed to answer; its log says why\n")
    }
  }

  @Test("a handler runs on its connection's loop, also after it has waited", arguments: ["/where", "/later"])
  func handlersStayOnTheLoop(path: String) async throws {
    try await withEcho { address in
      let response = try await ClientConnection.fetch("GET", path, from: address)
      #expect(response.text == "on the loop\n")
    }
  }

  @Test("one connection carries many requests")
  func keepAlive() async throws {
    try await withEcho { address in
      let connection = try ClientConnection(to: address)
      for name in ["a", "b", "c"] {
        try await connection.request("GET", "/hello/\(name)")
        #expect(try await connection.readResponse().text == "hello \(name) from 127.0.0.1 -\n")
      }
    }
  }

  @Test("requests that are sent without waiting are answered in their order")
  func pipelining() async throws {
    try await withEcho { address in
      let connection = try ClientConnection(to: address)
      try await connection.send(
        ["a", "b", "c"].map { "GET /hello/\($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined())
      for name in ["a", "b", "c"] {
        #expect(try await connection.readResponse().text == "hello \(name) from 127.0.0.1 -\n")
      }
    }
  }

  @Test("a body over the limit is 413, and one of the limit is taken")
  func bodyLimit() async throws {
    try await withEcho { address in
      let full = String(repeating: "x", count: 64 * 1024)
      let atLimit = try await ClientConnection.fetch("POST", "/echo", from: address, body: full)
      #expect(atLimit.status == 201)
      let over = try await ClientConnection.fetch("POST", "/echo", from: address, body: full + "x")
      #expect(over.status == 413)
      #expect(over.text == "the body is larger than 65536 bytes\n")
      let far = String(repeating: "x", count: 1024 * 1024)
      #expect(try await ClientConnection.fetch("POST", "/echo", from: address, body: far).status == 413)
    }
  }

  @Test("header fields over the limit are refused, and the server goes on")
  func headerLimit() async throws {
    try await withEcho { address in
      let long = String(repeating: "x", count: 20 * 1024)
      let response = try await ClientConnection.fetch("GET", "/hello/a", from: address, headers: ["X-Long": long])
      #expect(response.status == 431)
      #expect(try await ClientConnection.fetch("GET", "/hello/a", from: address).status == 200)
    }
  }

  @Test("several loops share one port")
  func manyLoops() async throws {
    let loops = Locked<Set<ObjectIdentifier>>([])
    try await withServer {
      $0.loops = 3
    } routes: { router in
      router.get("/") { _ in
        loops.withLock { $0.formUnion([EventLoop.current.map(ObjectIdentifier.init)].compactMap(\.self)) }
        return .text(.ok, "ok")
      }
    } _: { address in
      for _ in 0..<60 {
        let response = try await ClientConnection.fetch("GET", "/", from: address)
        #expect(response.status == 200)
      }
    }
    #expect(loops.withLock { $0.count } > 1)
  }

  @Test("a port that is in use is an error that names it")
  func portInUse() async throws {
    try await withServer { _ in
    } _: { address in
      var configuration = ServerConfiguration()
      configuration.port = address.port
      await #expect(throws: HTTPServerError.addressInUse(host: "127.0.0.1", port: address.port)) {
        _ = try await RunningServer(configuration: configuration, logger: Logger(label: "test")) { _ in .text(.ok, "") }
      }
    }
  }

  @Test("an address of another machine is an error that names it")
  func foreignAddress() async throws {
    var configuration = ServerConfiguration()
    configuration.host = "192.0.2.1"
    await #expect(throws: HTTPServerError.self) {
      _ = try await RunningServer(configuration: configuration, logger: Logger(label: "test")) { _ in .text(.ok, "") }
    }
  }
}
