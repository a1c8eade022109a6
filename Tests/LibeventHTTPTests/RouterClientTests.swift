import LibeventHTTP
import LibeventHTTPTesting
import Testing
import TodoTestSupport

@Suite("RouterClient: answers without a port", .timeLimit(.minutes(1))) struct RouterClientTests {
  private let log = LogRecorder()
  private let quiet = AsyncStream.makeStream(of: Void.self)
  private let ended = AsyncStream.makeStream(of: Bool.self)

  private func client(configure: (inout ServerConfiguration) -> Void = { _ in }) -> RouterClient {
    var router = Router()
    router.get("/hello/:name") { request in
      .text(.ok, "hello \(request.parameters["name"] ?? "") from \(request.client) \(request.query ?? "-")")
    }
    router.post("/echo", bodyLimit: 100_000) { request in
      Response(.created, headers: ["X-Type": request.mediaType ?? "none"], body: request.body)
    }
    router.put("/small") { request in Response(body: request.body) }
    router.get("/forged") { _ in Response(headers: ["X-A": "a\r\nX-B: b"]) }
    router.get("/nameless") { _ in Response(headers: ["": "a"]) }
    router.get("/spaced") { _ in Response(headers: ["X A": "a"]) }
    router.get("/between") { _ in Response(.continue) }
    router.get("/crash") { _ in
      struct Crash: Error {}
      throw Crash()
    }
    router.get("/cookies") { _ in
      var response = Response(.noContent, headers: ["Set-Cookie": "a=1"])
      response.headers.add("Set-Cookie", "b=2")
      return response
    }
    router.get("/count") { _ in
      Response(headers: ["Content-Type": "text/plain"]) { stream in
        for number in 1...3 { await stream.send(Array("\(number)\n".utf8)) }
        await stream.finish()
        await stream.send([0])
      }
    }
    router.get("/quiet") { _ in
      Response(headers: [:]) { stream in
        await stream.send(Array("begun\n".utf8))
        for await _ in quiet.stream {}
        ended.continuation.yield(Task.isCancelled)
      }
    }
    router.get("/large") { _ in
      Response(headers: [:]) { stream in
        await stream.send([UInt8](repeating: UInt8(ascii: "x"), count: 5_000_000))
        await stream.finish()
      }
    }
    var configuration = ServerConfiguration()
    configure(&configuration)
    return RouterClient(router, configuration: configuration, logger: log.logger)
  }

  @Test("a request reaches its handler with all that it has, and is answered with its id")
  func answers() async throws {
    let client = client()
    let hello = try await client.execute(.get, "/hello/w%C3%B6rld?a=b", client: #require(ClientAddress("192.0.2.7")))
    #expect(hello.status == .ok && hello.text == "hello wörld from 192.0.2.7 a=b\n")
    #expect(hello.headers["X-Request-Id"] == log.lines.last?.metadata["request"]?.description)
    let echo = try await client.execute(.post, "/echo", headers: ["Content-Type": "Text/X; a=b"], body: "ä")
    #expect(echo.status == .created && echo.body == Array("ä".utf8) && echo.headers["x-type"] == "text/x")
  }

  @Test("what a connection would be refused is refused")
  func refusals() async throws {
    let client = client()
    #expect(try await client.execute(.get, "/nothing").text == "there is nothing at this address\n")
    #expect(try await client.execute(.delete, "/echo").headers["Allow"] == "POST")
    #expect(try await client.execute(#require(HTTPMethod("BREW")), "/").status == .notImplemented)
    #expect(try await client.execute(.get, "nowhere").status == .badRequest)
    #expect(try await client.execute(.get, "/hello/a b").status == .badRequest)
    #expect(try await client.execute(.get, "/hello/%zz").status == .badRequest)
    #expect(try await client.execute(.get, "/hello/a", headers: ["Host": "a b"]).status == .badRequest)
    let large = [UInt8](repeating: 0, count: 100_000)
    #expect(try await client.execute(.post, "/echo", body: large).body == large)
    #expect(try await client.execute(.post, "/echo", body: large + [0]).status == .contentTooLarge)
    #expect(try await client.execute(.put, "/small", body: large).status == .contentTooLarge)
  }

  @Test("a failure is a 500 that gives nothing away, and a line in the log; so is a header that would forge another")
  func failures() async throws {
    let client = client()
    let crash = try await client.execute(.get, "/crash")
    #expect(crash.status == .internalServerError && !crash.text.contains("Crash"))
    #expect(log.lines.contains { $0.level == .error && "\($0.metadata["error"] ?? "")".contains("Crash") })
    for path in ["/forged", "/nameless", "/spaced", "/between"] {
      let answer = try await client.execute(.get, path)
      #expect(answer.status == .internalServerError && answer.headers["X-Request-Id"] != nil)
      let line = try #require(log.lines.first { "\($0.metadata["path"] ?? "")" == path && $0.level == .error })
      #expect("\(line.metadata["error"] ?? "")".contains("cannot"))
    }
  }

  @Test("HEAD gets no body, nor does a status that has none; fields of one name are kept apart")
  func bodies() async throws {
    let client = client()
    let head = try await client.execute(.head, "/hello/you")
    #expect(head.status == .ok && head.body.isEmpty && head.headers["Content-Type"] == Response.plain)
    #expect(try await client.execute(.head, "/quiet").body.isEmpty)
    #expect(try await client.execute(.get, "/cookies").headers.values(of: "set-cookie") == ["a=1", "b=2"])
  }

  @Test("the server's configuration holds: a proxy in front, and what becomes of refusals")
  func configuration() async throws {
    let client = client {
      $0.isBehindProxy = true
      $0.refusal = { response, path, headers in .text(response.status, "\(path) \(headers["X-A"] ?? "-")") }
    }
    let headers: Headers = ["X-Forwarded-For": "203.0.113.9, 192.0.2.7", "X-A": "b"]
    #expect(try await client.execute(.get, "/hello/you", headers: headers).text == "hello you from 192.0.2.7 -\n")
    #expect(try await client.execute(.get, "/nothing", headers: headers).text == "/nothing b\n")
  }

  @Test("a stream that ends is read whole")
  func wholeStream() async throws {
    let client = client()
    let whole = try await client.execute(.get, "/count")
    #expect(whole.status == .ok && whole.text == "1\n2\n3\n" && whole.headers["Content-Type"] == "text/plain")
    #expect(try await client.execute(.get, "/large").body.count == 5_000_000)
  }

  @Test("leaving a stream is what its handler is told, and has returned from then")
  func leaving() async throws {
    let client = client()
    try await client.stream("/quiet") { stream in
      #expect(stream.status == .ok)
      #expect(await stream.text(until: "begun") == "begun\n")
    }
    ended.continuation.finish()
    #expect(await ended.stream.first { _ in true } == true)
  }

  @Test("a stream is read in pieces until its end, and what is no stream as one that ends")
  func pieces() async throws {
    let client = client()
    for (path, text) in [("/count", "1\n2\n3\n"), ("/hello/you", "hello you from 127.0.0.1 -\n"), ("/cookies", "")] {
      try await client.stream(path) { stream in
        var bytes: [UInt8] = []
        for await piece in stream { bytes += piece }
        #expect(String(decoding: bytes, as: UTF8.self) == text)
      }
    }
  }

  @Test("text is read across the ends of pieces, which may fall within a character")
  func characters() async throws {
    let text = "a" + String(repeating: "é", count: 100_000) + "."
    var router = Router()
    router.get("/") { _ in
      Response(headers: [:]) { stream in
        await stream.send(Array(text.utf8))
        await stream.finish()
      }
    }
    let read = try await RouterClient(router).stream("/") { stream in await stream.text(until: ".") }
    #expect(read == text)
  }

  @Test("reading a quiet stream ends with the task that reads")
  func cancelledReader() async throws {
    let client = client()
    try await client.stream("/quiet") { stream in
      _ = await stream.text(until: "begun")
      let reading = Task { await stream.text(until: "never") }
      reading.cancel()
      #expect(await reading.value.isEmpty)
    }
  }
}
