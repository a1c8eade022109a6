import DatastarPubSub
import Testing
import TodoTestSupport

@testable import DatastarHTTP

@Suite("EventStream: sending from anywhere", .timeLimit(.minutes(2))) struct SendingTests {
  private let broadcaster = Broadcaster()

  @Test("a task, an actor and the main actor send, subscribe and end a stream")
  func anywhere() async throws {
    let sender = Sender()
    try await withStreams(of: broadcaster) { stream in
      #expect(stream.response.loop.isCurrent)
      await Task { await stream.send { $0.patchElements("task") } }.value
      await sender.send("actor", on: stream)
      try await Task { @MainActor in
        #expect(!stream.response.loop.isCurrent)
        await stream.send { $0.patchElements("main") }
        try await stream.subscribe("a", after: nil)
        #expect(await stream.isOpen)
        #expect(await stream.connectionID != nil)
      }.value
      try await Task.detached { try await stream.subscribe("b") }.value
      #expect(stream.response.loop.isCurrent)
      Task {
        await stream.send { $0.patchElements("later") }
        await stream.end()
        #expect(await !stream.isOpen)
        // Nothing happens any more.
        await stream.send { $0.patchElements("too late") }
        try await stream.subscribe("c", after: nil)
      }
    } body: { address in
      let reader = try await EventReader("/", on: ClientConnection(to: address))
      for text in ["task", "actor", "main", "later"] { #expect(try await reader.next()?.data == "elements \(text)") }
      #expect(try await reader.next() == nil)
    }
    #expect(broadcaster.topics.isEmpty)
  }

  private actor Sender {
    func send(_ text: String, on stream: EventStream) async { await stream.send { $0.patchElements(text) } }
  }

  @Test("a stream that is on its topics by a task is sent their broadcasts")
  func subscribedElsewhere() async throws {
    try await withStreams(of: broadcaster) { stream in
      try await Task { for topic in ["a", "b"] as [Topic] { try await stream.subscribe(topic, after: nil) } }.value
      await stream.send { $0.patchElements("ready") }
    } body: { address in
      let reader = try await EventReader("/", on: ClientConnection(to: address))
      _ = try await reader.next()
      broadcaster.broadcast(to: "a") { $0.patchElements("1") }
      broadcaster.broadcast(to: "b") { $0.patchElements("2") }
      #expect(try await reader.next()?.data == "elements 1")
      #expect(try await reader.next()?.data == "elements 2")
    }
  }

  @Test("a stream whose server has stopped takes what is sent, and sends nothing")
  func stoppedServer() async throws {
    let (streams, begin) = AsyncStream.makeStream(of: EventStream.self)
    try await withStreams(of: broadcaster) { stream in
      try await stream.subscribe("a")
      begin.yield(stream)
    } body: { address in
      _ = try await EventReader("/", on: ClientConnection(to: address))
    }
    let stream = try #require(await streams.first { _ in true })
    await stream.send { $0.patchElements("late") }
    try await stream.subscribe("b", after: nil)
    await stream.end()
    #expect(await !stream.isOpen)
    #expect(broadcaster.topics.isEmpty)
  }
}
