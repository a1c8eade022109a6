import DatastarHTTP
import DatastarPubSub
import LibeventHTTP
import Logging
import Testing
import TodoTestSupport

@Suite("EventStream: a right that is revoked") struct RevokedStreamTests {
  private let broadcaster = Broadcaster()
  private let joins: AsyncStream<Connection.ID>

  init() {
    let (joins, join) = AsyncStream.makeStream(of: Connection.ID.self)
    broadcaster.onSubscribe { topic, connection in if topic == "a" { join.yield(connection) } }
    self.joins = joins
  }

  /// Serves streams on the topics a and b.
  private func withServer(_ body: (ListeningAddress) async throws -> Void) async throws {
    try await withStreams(of: broadcaster) { stream in
      for topic in ["a", "b"] as [Topic] { try await stream.subscribe(topic) }
      await stream.send { $0.patchSignals(["ready": true]) }
    } body: { address in
      try await body(address)
    }
  }

  private func reader(_ address: ListeningAddress) async throws -> (EventReader, Connection.ID) {
    let reader = try await EventReader("/", on: ClientConnection(to: address))
    #expect(try await reader.next()?.data == #"signals {"ready":true}"#)
    return (reader, try #require(await joins.first { _ in true }))
  }

  private func publish(_ revision: Int64, _ topic: Topic) {
    broadcaster.broadcast(to: topic, version: .init(revision: revision)) { $0.patchElements("\(topic) \(revision)") }
  }

  @Test("a stream that is taken off a topic is sent nothing more of it, all else, and others are sent it")
  func unsubscribing() async throws {
    try await withServer { address in
      let ((revoked, id), (other, _)) = (try await reader(address), try await reader(address))
      // Both go in step from the first state on.
      publish(1, "a")
      for reader in [revoked, other] { #expect(try await reader.next()?.data == "elements a 1") }
      broadcaster.unsubscribe(id, from: "a")
      publish(2, "a")
      publish(1, "b")
      #expect(try await revoked.next()?.data == "elements b 1")
      #expect(try await other.next()?.data == "elements a 2")
      #expect(try await other.next()?.data == "elements b 1")
      #expect(broadcaster.subscriberCount(of: "a") == 1)
      #expect(broadcaster.subscriberCount(of: "b") == 2)
    }
  }

  @Test("a stream that is disconnected ends, also when it is on no topic any more")
  func disconnecting() async throws {
    try await withServer { address in
      let ((ended, id), (other, _)) = (try await reader(address), try await reader(address))
      for topic in ["a", "b"] as [Topic] { broadcaster.unsubscribe(id, from: topic) }
      broadcaster.disconnect(id)
      broadcaster.disconnect(id)
      #expect(try await ended.next() == nil)
      #expect(broadcaster.subscriberCount(of: "a") == 1)
      publish(1, "a")
      #expect(try await other.next()?.data == "elements a 1")
    }
  }
}

@Suite("EventStream: made by who broadcasts") struct StreamMakersTests {
  private static func withServer(
    _ responder: @escaping Responder, body: (ListeningAddress) async throws -> Void
  ) async throws {
    var configuration = ServerConfiguration()
    configuration.port = 0
    let server = try await RunningServer(
      configuration: configuration, logger: Logger(label: "test"), responder: responder)
    do { try await body(server.address) } catch { await server.stop(); throw error }
    await server.stop()
  }

  @Test("a stream of PubSub is on its topics, and cannot be made before PubSub is configured")
  func pubSub() async {
    // In a process of its own, since PubSub is the process's.
    await #expect(processExitsWith: .success) {
      try await Self.withServer { request in
        do throws(PubSubError) {
          return try PubSub.stream(request) { stream in
            try await stream.subscribe("a")
            await stream.send { $0.patchSignals(["ready": true]) }
          }
        } catch {
          return .text(.serviceUnavailable, "\(error)")
        }
      } body: { address in
        let refusal = try await ClientConnection.fetch("GET", "/", from: address)
        #expect(refusal.status == 503 && refusal.text.contains("PubSub.configure"))
        PubSub.configure()
        let reader = try await EventReader("/", on: ClientConnection(to: address))
        #expect(try await reader.next() != nil)
        try PubSub.broadcast(to: "a") { $0.patchElements("<p>1</p>") }
        #expect(try await reader.next()?.data == "elements <p>1</p>")
      }
    }
  }

  @Test("subscribing a stream that no broadcaster has made is an error that says what to call")
  func noTopics() async throws {
    let (errors, failed) = AsyncStream.makeStream(of: PubSubError.self)
    try await Self.withServer { request in
      EventStream.response(to: request) { stream in
        do { try await stream.subscribe("a") } catch let error as PubSubError { failed.yield(error) }
      }
    } body: { address in
      let reader = try await EventReader("/", on: ClientConnection(to: address))
      #expect(try await reader.next() == nil)
    }
    let error = await errors.first { _ in true }
    #expect(error == .streamWithoutTopics)
    #expect(error?.description.contains("broadcaster.stream(request)") == true)
  }
}
