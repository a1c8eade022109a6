import DatastarLocking
import LibeventHTTP
import MetricsTestKit
import Testing
import TodoTestSupport

@Suite("Server: clients that are odd, slow, greedy or gone") struct ConnectionTests {
  private func withEcho(
    configure: (inout ServerConfiguration) -> Void = { _ in }, _ body: (ListeningAddress) async throws -> Void
  ) async throws {
    try await withServer(configure: configure) { router in
      router.get("/") { request in .text(.ok, "hello \(request.query ?? "")") }
      router.get("/large") { _ in Response(body: [UInt8](repeating: UInt8(ascii: "x"), count: 4_000_000)) }
      router.post("/") { request in Response(body: request.body) }
      router.get("/cookies") { _ in
        var response = Response(.init(code: 299, reasonPhrase: "Fine"), headers: ["Set-Cookie": "a=1"])
        response.headers.add("Set-Cookie", "b=2")
        return response
      }
      router.get("/forged") { request in
        Response(headers: ["X-Echo": (try? request.queryFields()["q"]) ?? ""])
      }
    } _: {
      try await body($0)
    }
  }

  private func answers(to bytes: String, at address: ListeningAddress) async throws -> String {
    let client = try ClientConnection(to: address)
    try await client.send(bytes)
    return String(decoding: try await client.readToEnd(), as: UTF8.self)
  }

  @Test("what is malformed is answered in one line and hung up on, and nothing after it is taken for a request")
  func malformed() async throws {
    try await withEcho { address in
      let smuggled = "GET /?smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
      let text = try await answers(
        to: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n\(smuggled)",
        at: address)
      #expect(text.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
      #expect(text.hasSuffix("\r\n\r\nthe body's length is told in more than one way\n"))
      #expect(text.contains("\r\nConnection: close\r\n"))
    }
  }

  @Test("after a method that is not known here nothing is taken for a request")
  func unknownMethod() async throws {
    try await withEcho { address in
      let text = try await answers(
        to: "BREW / HTTP/1.1\r\nHost: x\r\n\r\nGET /?smuggled HTTP/1.1\r\nHost: x\r\n\r\n", at: address)
      #expect(text.hasPrefix("HTTP/1.1 501 Not Implemented\r\n") && text.contains("\r\nConnection: close\r\n"))
      #expect(text.hasSuffix("\r\n\r\nthe request's method is not known here\n"))
    }
  }

  @Test("a status of any code and fields of one name are sent as they are")
  func openTypes() async throws {
    try await withEcho { address in
      let text = try await answers(
        to: "GET /cookies HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", at: address)
      #expect(text.hasPrefix("HTTP/1.1 299 Fine\r\n") && text.contains("\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"))
    }
  }

  @Test("a client of HTTP/1.0 is hung up on after its answer, unless it wants to go on")
  func http10() async throws {
    try await withEcho { address in
      #expect(try await answers(to: "GET / HTTP/1.0\r\n\r\n", at: address).hasSuffix("\r\n\r\nhello \n"))
      let kept = try await answers(
        to: "GET /?1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /?2 HTTP/1.0\r\n\r\n", at: address)
      #expect(kept.contains("\r\nConnection: keep-alive\r\n\r\nhello 1\nHTTP/1.1 200 OK"))
      #expect(kept.hasSuffix("\r\n\r\nhello 2\n"))
    }
  }

  @Test("a client that has said all still gets all its answers")
  func halfClosed() async throws {
    try await withEcho { address in
      let client = try ClientConnection(to: address)
      try await client.send((1...50).map { "GET /?\($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined())
      client.finishSending()
      for number in 1...50 {
        let answer = try await client.readResponse()
        #expect(answer.text == "hello \(number)\n")
      }
      #expect(try await client.readToEnd().isEmpty)
    }
  }

  @Test("many requests ahead of a client that reads late are all answered, in their order")
  func pipelining() async throws {
    // However long a slow machine takes to send all of them.
    try await withEcho {
      $0.stallTimeout = .seconds(600)
    } _: { address in
      let client = try ClientConnection(to: address, receiveBuffer: 4096)
      let sending = Task {
        for number in 1...3_000 { try await client.send("GET /?\(number) HTTP/1.1\r\nHost: x\r\n\r\n") }
      }
      try await sending.value
      for number in 1...3_000 {
        let answer = try await client.readResponse()
        #expect(answer.text == "hello \(number)\n")
      }
    }
  }

  @Test("a client that asks before it sends its body is told to go on")
  func expectsContinue() async throws {
    try await withEcho { address in
      let client = try ClientConnection(to: address)
      try await client.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
      #expect(try await client.readHead().status == 100)
      try await client.send("hi")
      #expect(try await client.readResponse().text == "hi")
      try await client.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 99999\r\n\r\n")
      #expect(try await client.readResponse().status == 413)
    }
  }

  @Test("large bodies that are under way on any loop leave no room for more, until they are answered or given up")
  func largeBodies() async throws {
    try await withEcho {
      $0.loops = 2
      $0.requests.largeBody = { method, _ in method == .post ? 200_000 : nil }
      $0.requests.largeBodies = 400_000
    } _: { address in
      let head = "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 200000\r\n\r\n"
      var clients = [try ClientConnection(to: address), try ClientConnection(to: address)]
      for client in clients {
        try await client.send(head)
        #expect(try await client.readHead().status == 100)
      }
      let body = String(repeating: "x", count: 100_000)
      let refused = try await ClientConnection.fetch("POST", "/", from: address, body: body)
      #expect(refused.status == 503 && refused["retry-after"] == "1")
      #expect(try await ClientConnection.fetch("POST", "/", from: address, body: "small").text == "small")
      try await clients[0].send(body + body)
      #expect(try await clients[0].readResponse().body.count == 200_000)
      clients = []
      // The server may hear a moment later that they have gone.
      var statuses: Set<Int> = [503]
      while statuses == [503] {
        let whole = try await ClientConnection.fetch("POST", "/", from: address, body: body + body)
        let half = try await ClientConnection.fetch("POST", "/", from: address, body: body)
        statuses = [whole.status, half.status]
      }
      #expect(statuses.contains(200))
    }
  }

  @Test("a chunked body arrives whole")
  func chunked() async throws {
    try await withEcho { address in
      let client = try ClientConnection(to: address)
      try await client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n")
      try await client.send("3\r\nllo\r\n0\r\n\r\n")
      let answer = try await client.readResponse()
      #expect(answer.status == 200 && answer.text == "hello")
    }
  }

  @Test("a large answer reaches a slow reader whole, and the connection goes on")
  func slowReader() async throws {
    try await withEcho { address in
      let client = try ClientConnection(to: address, receiveBuffer: 4096)
      try await client.request("GET", "/large")
      try await client.request("GET", "/?after")
      #expect(try await client.readResponse().body.count == 4_000_000)
      #expect(try await client.readResponse().text == "hello after\n")
    }
  }

  @Test("a header field that the application would forge is a 500, and the line break is not sent")
  func forgedHeader() async throws {
    try await withEcho { address in
      let answer = try await ClientConnection.fetch("GET", "/forged?q=a%0D%0AX-Forged:%20b", from: address)
      #expect(answer.status == 500)
      #expect(answer["x-forged"] == nil)
    }
  }

  @Test("what is said of body and connection is the server's, whatever a handler says of them")
  func serversFields() async throws {
    try await withServer { router in
      router.get("/") { _ in
        var headers: Headers = ["content-length": "3", "Transfer-Encoding": "chunked", "X-A": "1"]
        for (name, value) in [("Connection", "close"), ("DATE", "now"), ("Keep-Alive", "timeout=1")] {
          headers.add(name, value)
        }
        return Response(headers: headers, body: Array("hello".utf8))
      }
    } _: { address in
      let client = try ClientConnection(to: address)
      for _ in 0..<2 {
        try await client.request("GET", "/")
        let response = try await client.readResponse()
        #expect(response.text == "hello" && response["x-a"] == "1")
        #expect(response["content-length"] == "5" && response["date"] != "now")
        for name in ["connection", "transfer-encoding", "keep-alive"] { #expect(response[name] == nil) }
      }
    }
  }

  @Test("half a request is told that it took too long, however steadily it trickles in, and silence is hung up on")
  func requestTimeout() async throws {
    try await withEcho {
      $0.requestTimeout = .milliseconds(300)
    } _: { address in
      let silent = try ClientConnection(to: address)
      let trickle = try ClientConnection(to: address)
      try await trickle.send("GET / HTTP/1.1\r\n")
      for _ in 0..<60 {
        try? await trickle.send("A: b\r\n")
        try await Task.sleep(for: .milliseconds(10))
      }
      #expect(try await trickle.readResponse().status == 408)
      #expect(try await silent.readToEnd().isEmpty)
    }
  }

  @Test("a connection that has been silent for the idle timeout is closed")
  func idleTimeout() async throws {
    try await withEcho {
      $0.idleTimeout = .milliseconds(200)
    } _: { address in
      let client = try ClientConnection(to: address)
      try await client.request("GET", "/")
      #expect(try await client.readResponse().status == 200)
      #expect(try await client.readToEnd().isEmpty)
    }
  }

  @Test(
    "connections over the limits are told so, and there is room again when others have gone", arguments: [true, false])
  func limits(isTotal: Bool) async throws {
    let metrics = TestMetrics()
    try await withEcho {
      $0.loops = 2
      $0.metrics = metrics
      if isTotal { $0.connections.total = 4 } else { $0.connections.perAddress = 4 }
    } _: { address in
      var clients: [ClientConnection] = []
      for _ in 0..<4 {
        let client = try ClientConnection(to: address)
        try await client.request("GET", "/")
        #expect(try await client.readResponse().status == 200)
        clients.append(client)
      }
      #expect(metrics.level(of: "http_server_open_connections") == 4)
      let answer = try await ClientConnection.fetch("GET", "/", from: address)
      #expect(answer.status == 503)
      #expect(answer.text.contains(isTotal ? "the server has as many" : "your address has as many"))
      #expect(try metrics.expectCounter("http_server_requests_total", [("status", "503")]).totalValue == 1)
      clients = []
      while metrics.level(of: "http_server_open_connections") > 0 { try await Task.sleep(for: .milliseconds(5)) }
      #expect(try await ClientConnection.fetch("GET", "/", from: address).status == 200)
    }
  }

  @Test("while many handlers wait, new connections are taken in and answered all the same")
  func busy() async throws {
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    let waiting = Task { for await _ in gate {} }
    try await withServer { _ in
    } routes: { router in
      router.get("/waits") { _ in
        await waiting.value
        return .text(.ok, "at last")
      }
      router.get("/") { _ in .text(.ok, "hello") }
    } _: { address in
      var clients: [ClientConnection] = []
      for _ in 0..<400 {
        let client = try ClientConnection(to: address)
        try await client.request("GET", "/waits")
        clients.append(client)
      }
      #expect(try await ClientConnection.fetch("GET", "/", from: address).status == 200)
      open.finish()
      for client in clients { #expect(try await client.readResponse().status == 200) }
    }
  }

  @Test("behind a proxy its connections are free, and of each address that it names answers and streams are counted")
  func limitsBehindProxy() async throws {
    let metrics = TestMetrics()
    try await withServer {
      $0.isBehindProxy = true
      $0.metrics = metrics
      $0.connections.perAddress = 2
      $0.connections.limitsLoopback = false
    } routes: { router in
      router.get("/stream") { _ in Response(headers: [:]) { stream in stream.write(Array("2\r\nhi\r\n".utf8)) } }
      router.get("/large") { _ in Response(body: [UInt8](repeating: 120, count: 40_000_000)) }
      router.get("/") { _ in .text(.ok, "hello") }
    } _: { address in
      func from(_ client: String) -> [String: String] { ["X-Forwarded-For": client] }
      let proxied = try ClientConnection(to: address)
      func status(_ client: String) async throws -> Int {
        try await proxied.request("GET", "/", headers: from(client))
        return try await proxied.readResponse().status
      }
      // A stream, and an answer that its client does not take in.
      var held = [try ClientConnection(to: address), try ClientConnection(to: address, receiveBuffer: 4096)]
      for (client, path) in zip(held, ["/stream", "/large"]) {
        try await client.request("GET", path, headers: from("192.0.2.7:80"))
        #expect(try await client.readHead().status == 200)
      }
      #expect(try await status("192.0.2.7") == 503)
      #expect(try await status("192.0.2.8") == 200)
      #expect(try metrics.expectCounter("http_server_refused_connections_total").totalValue == 1)
      held = []
      while try await status("192.0.2.7") != 200 {}
      // What cannot be told apart shares what one address has.
      for index in 0..<2 {
        held.append(try ClientConnection(to: address))
        try await held[index].request("GET", "/stream", headers: from("it\(index)"))
        #expect(try await held[index].readHead().status == 200)
      }
      #expect(try await status("somebody") == 503)
      for _ in 0..<5 { #expect(try await status("127.0.0.1") == 200) }
    }
  }

  @Test(
    "what waits for clients that do not read is bounded, in all and per address, and counted once if it is the same",
    arguments: [true, false])
  func unsent(isTotal: Bool) async throws {
    let metrics = TestMetrics()
    let shared = [UInt8](repeating: 120, count: 4_000_000)
    try await withServer {
      $0.loops = 2
      $0.metrics = metrics
      $0.isBehindProxy = true
      $0.connections.limitsLoopback = false
      if isTotal { $0.unsent.total = 10_000_000 } else { $0.unsent.perAddress = 10_000_000 }
    } routes: { router in
      router.get("/own") { _ in Response(body: [UInt8](repeating: 120, count: 4_000_000)) }
      router.get("/same") { _ in Response(body: shared) }
      router.get("/small") { _ in .text(.ok, "hello") }
      router.get("/stream") { _ in
        Response(headers: [:]) { stream in
          for _ in 0..<3 { stream.write([UInt8](repeating: 120, count: 4_000_000)) }
        }
      }
    } _: { address in
      var held: [ClientConnection] = []
      func status(_ path: String, from client: String) async throws -> Int {
        held.append(try ClientConnection(to: address, receiveBuffer: 4096))
        try await held[held.count - 1].request("GET", path, headers: ["X-Forwarded-For": client])
        return try await held[held.count - 1].readHead().status
      }
      for _ in 0..<5 { #expect(try await status("/same", from: "192.0.2.1") == 200) }
      #expect(metrics.level(of: "http_server_unsent_bytes") == 4_000_000)
      #expect(try await status("/own", from: "192.0.2.1") == 200)
      #expect(try await status("/own", from: "192.0.2.1") == 503)
      #expect(try await status("/small", from: "192.0.2.1") == 200)
      #expect(try await status("/own", from: "192.0.2.2") == (isTotal ? 503 : 200))
      #expect(try await status("/own", from: "127.0.0.1") == (isTotal ? 503 : 200))
      // A stream cannot be refused any more, and is closed.
      let stream = try ClientConnection(to: address, receiveBuffer: 4096)
      try await stream.request("GET", "/stream", headers: ["X-Forwarded-For": "192.0.2.1"])
      #expect(try await stream.readHead().status == 200)
      while metrics.level(of: "http_server_open_streams") > 0 { try await Task.sleep(for: .milliseconds(5)) }
      #expect(try metrics.expectCounter("http_server_unsent_refusals_total").totalValue == (isTotal ? 4 : 2))
      held = []
      while metrics.level(of: "http_server_unsent_bytes") > 0 { try await Task.sleep(for: .milliseconds(5)) }
      #expect(try await status("/own", from: "192.0.2.1") == 200)
    }
  }
}

extension TestMetrics {
  /// What a label stands at now; 0 before anything has been counted.
  fileprivate func level(of label: String) -> Double {
    (try? expectMeter(label).lastValue) ?? 0
  }
}
