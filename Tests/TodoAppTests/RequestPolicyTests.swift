import DatastarLocking
import LibeventHTTP
import Testing
import TodoTestSupport

@testable import TodoApp

@Suite("TodoApp: who may do what") struct RequestPolicyTests {
  @Test(
    "a host's name is answered if the server goes by it; addresses in numbers always are",
    arguments: [
      ("localhost:8080", 200), ("todo.localhost", 200), ("127.0.0.1:1", 200), ("192.0.2.7", 200), ("[::1]:8080", 200),
      ("Todo.Example:443", 200), ("evil.example", 421), ("localhost.evil.example", 421),
      ("127.0.0.1.evil.example", 421),
      ("[::1].evil.example", 421), ("2130706433", 421),
    ])
  func hosts(host: String, status: Int) async throws {
    try await RunningApp.with {
      $0.allowedHosts = ["todo.example"]
    } _: { app in
      let client = try ClientConnection(to: app.address)
      try await client.send("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")
      #expect(try await client.readResponse().status == status)
    }
  }

  @Test("any host is answered where that is wanted, and HTTP/1.0 without one always")
  func anyHost() async throws {
    try await RunningApp.with {
      $0.allowedHosts = ["*"]
    } _: { app in
      #expect(try await app.get("/", headers: ["X-Other": "1"]).status == 200)
      let client = try ClientConnection(to: app.address)
      try await client.send("GET / HTTP/1.1\r\nHost: any.example\r\n\r\nGET / HTTP/1.0\r\n\r\n")
      #expect(try await client.readResponse().status == 200)
      #expect(try await client.readResponse().status == 200)
    }
  }

  @Test("more commands than an address may send are 429 with the time to wait, and change nothing; reading goes on")
  func writeLimit() async throws {
    try await TestApp.with(isBehindProxy: true) {
      $0.writesPerSecond = 1
    } _: { app in
      let from = { (address: String) in ["X-Forwarded-For": "203.0.113.9, \(address)"] }
      var (accepted, refused) = (0, nil as ClientResponse?)
      while refused == nil {
        let answer = try await app.post("/todos/a", json: #"{"newTodo":"x"}"#, headers: from("192.0.2.1"))
        if answer.status == 201 { accepted += 1 } else { refused = answer }
      }
      #expect(refused?.status == 429 && refused?["retry-after"] == "1")
      #expect(try await app.titles("a").count == accepted && accepted >= 10)
      #expect(try await app.get("/lists/a", headers: from("192.0.2.1")).status == 200)
      #expect(try await app.post("/todos/a", json: #"{"newTodo":"b"}"#, headers: from("192.0.2.2")).status == 201)
      // This machine's own are not limited.
      for _ in 0..<15 {
        _ = try await app.post("/todos/b", json: #"{"newTodo":"c"}"#, headers: from("127.0.0.1"))
      }
      #expect(try await app.titles("b").count == 15)
    }
  }

  @Test("a bucket fills steadily, up to the burst; the addresses of one IPv6 network share one")
  func bucket() throws {
    let limit = WriteLimit(.init(perSecond: 2), limitsLoopback: true)
    let client = try #require(ClientAddress("2001:db8::1"))
    let neighbour = try #require(ClientAddress("2001:db8::ffff:1"))
    let start = ContinuousClock.now
    for _ in 0..<20 { #expect(limit.wait(client, at: start) == nil) }
    #expect(limit.wait(neighbour, at: start) == 0.5)
    #expect(limit.wait(client, at: start + .milliseconds(500)) == nil)
    #expect(limit.wait(client, at: start + .milliseconds(500)) == 0.5)
    for _ in 0..<20 { #expect(limit.wait(client, at: start + .seconds(1_000)) == nil) }
    #expect(limit.wait(client, at: start + .seconds(1_000)) != nil)
  }

  @Test("a bucket in use is remembered, however long ago it was seen first")
  func memory() throws {
    let limit = WriteLimit(.init(perSecond: 2), limitsLoopback: true)
    let client = try #require(ClientAddress("192.0.2.1"))
    let start = ContinuousClock.now
    for _ in 0..<20 { #expect(limit.wait(client, at: start) == nil) }
    // Empty at the start, then used up every half second as it fills: never full again.
    for step in 1...100 {
      #expect(limit.wait(client, at: start + .milliseconds(500) * step) == nil)
      #expect(limit.wait(client, at: start + .milliseconds(500) * step) == 0.5)
    }
    let later = start + .seconds(50)
    #expect(limit.wait(client, at: later + .seconds(9)) == nil)
    for _ in 0..<17 { #expect(limit.wait(client, at: later + .seconds(9)) == nil) }
    #expect(limit.wait(client, at: later + .seconds(9)) == 0.5)
  }

  @Test("todos are charged for after the command: a bucket owes at most what it holds, and is paid off steadily")
  func todos() throws {
    let limit = WriteLimit(.init(perSecond: 100), limitsLoopback: true)
    let client = try #require(ClientAddress("192.0.2.1"))
    let start = ContinuousClock.now
    // The largest import of a fresh address costs all that it has.
    #expect(limit.wait(client, at: start) == nil)
    limit.charge(client, todos: 5_000, at: start)
    #expect(limit.wait(client, at: start) == 0.01)
    #expect(limit.wait(client, at: start + .milliseconds(10)) == nil)
    for _ in 0..<3 { limit.charge(client, todos: 1_000_000, at: start + .milliseconds(10)) }
    #expect(limit.wait(client, taking: 0, at: start + .milliseconds(10)) == 10)
    #expect(limit.wait(client, at: start + .milliseconds(10)) == 10.01)
    #expect(limit.wait(client, at: start + .seconds(11)) == nil)
    // A command of a few costs no more than its token.
    let other = try #require(ClientAddress("192.0.2.2"))
    for _ in 0..<1_000 {
      #expect(limit.wait(other, at: start) == nil)
      limit.charge(other, todos: 5, at: start)
    }
  }

  @Test("large commands of one address are carried out one after the other; of more than may wait, 429")
  func turns() async throws {
    let turns = Turns()
    #expect(await turns.take("a"))
    #expect(await turns.take("b"))
    let order = Locked<[Int]>([])
    let waiting = (0..<Turns.limit).map { number in
      Task {
        guard await turns.take("a") else { return false }
        order.withLock { $0.append(number) }
        turns.giveBack("a")
        return true
      }
    }
    while turns.waitingCount("a") < Turns.limit { await Task.yield() }
    #expect(await !turns.take("a"))
    turns.giveBack("a")
    for task in waiting { #expect(await task.value) }
    #expect(order.withLock { $0.sorted() } == Array(0..<Turns.limit))
    #expect(await turns.take("a"))
  }

  @Test("a flood of addresses takes no more than its room, and those who come beyond share one bucket")
  func manyAddresses() throws {
    let limit = WriteLimit(.init(perSecond: 1), limitsLoopback: true)
    let start = ContinuousClock.now
    for number in 0..<10_000 {
      let address = try #require(ClientAddress("10.0.\(number / 256).\(number % 256)"))
      #expect(limit.wait(address, at: start) == nil)
    }
    var refused = 0
    for number in 0..<20 {
      let address = try #require(ClientAddress("10.1.0.\(number)"))
      if limit.wait(address, at: start) != nil { refused += 1 }
    }
    #expect(refused == 10)
    // A minute later the first have their fill again and are forgotten.
    #expect(limit.wait(try #require(ClientAddress("10.2.0.1")), at: start + .seconds(60)) == nil)
  }

  @Test("every answer tells the browser what a page may do")
  func securityHeaders() async throws {
    try await TestApp.with { app in
      for path in ["/", "/lists/a", "/lists/a.json", "/nothing", "/public/app.css", "/metrics"] {
        let answer = try await app.get(path)
        #expect(answer["content-security-policy"]?.contains("frame-ancestors 'none'") == true)
        #expect(answer["x-content-type-options"] == "nosniff" && answer["referrer-policy"] == "same-origin")
        #expect(answer["access-control-allow-origin"] == nil)
      }
    }
  }
}
