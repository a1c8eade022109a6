import Datastar
import DatastarHTTP
import DatastarLocking
import DatastarPubSub
import LibeventHTTP
import Logging
import Testing
import TodoTestSupport

@Suite("EventStream: compression at random", .timeLimit(.minutes(2))) struct CompressionPropertyTests {
  /// A list as it is published, by snapshots and deltas.
  private final class List: Sendable {
    let history = StreamHistory()
    private let state: Locked<(rows: [String], revision: Int64, random: SplitMix64)>

    init(seed: UInt64) {
      state = Locked(((0..<200).map { "<li>\($0)</li>" }, 0, SplitMix64(seed: seed)))
    }

    /// Changes the list. Returns the change as a delta or as a snapshot.
    func change() -> Payload {
      state.withLock { state in
        state.revision += 1
        let row = "<li>change \(state.revision)</li>"
        switch Int.random(in: 0..<8, using: &state.random) {
        case 0:
          // Up to twice as much as a block can refer back over.
          let count = Int.random(in: 1..<400, using: &state.random)
          state.rows += (0..<count).map { "<li>\($0) \(UInt64.random(in: 0...(.max), using: &state.random))</li>" }
        case 1: state.rows.removeLast(state.rows.count / 2)
        case 2, 3: state.rows.append(row)
        default:
          state.rows.append(row)
          return payload(row, state.revision, isDelta: true)
        }
        return payload(state.rows.joined(), state.revision)
      }
    }

    /// The newest state, if it is newer.
    func snapshot(after version: Payload.Version?) -> Payload? {
      state.withLock { state in
        version?.revision == state.revision ? nil : payload(state.rows.joined(), state.revision)
      }
    }

    private func payload(_ text: String, _ revision: Int64, isDelta: Bool = false) -> Payload {
      history.note("elements \(text)", id: revision)
      var events = EventCollector()
      events.patchElements(text, eventID: EventID(revision))
      let version = Payload.Version(revision: revision)
      guard isDelta else { return Payload(events.bytes, version: version) }
      return Payload(events.bytes, from: .init(revision: revision - 1), to: version)
    }
  }

  /// What happens between the changes.
  private enum Step: CaseIterable {
    case change, message, presence, lose, join, pause
  }

  @Test(
    "every stream, decoded in full, is made of whole payloads, each newer than the one before, and ends right",
    arguments: [1, 2, 3] as [UInt64])
  func property(seed: UInt64) async throws {
    var random = SplitMix64(seed: seed)
    let list = List(seed: seed)
    var pubSub = Configuration()
    pubSub.catchUp = { topic, version in topic == "list" ? list.snapshot(after: version) : nil }
    let broadcaster = Broadcaster(pubSub)
    // Heartbeats are so frequent that they fall between the payloads.
    var configuration = ServerConfiguration()
    (configuration.port, configuration.loops, configuration.heartbeat) = (0, 2, .milliseconds(4))
    let server = try await RunningServer(configuration: configuration, logger: Logger(label: "test")) { request in
      broadcaster.stream(request) { stream in
        try await stream.subscribe("list", after: nil)
        try await stream.subscribe("presence")
      }
    }
    var readers: [Task<Void, any Error>] = []
    func join() async throws {
      let client = StreamHistory.Client(
        isSlow: Int.random(in: 0..<3, using: &random) == 0,
        leavesAfter: Int.random(in: 0..<4, using: &random) == 0 ? Int.random(in: 1..<20, using: &random) : nil)
      let version = Int.random(in: 0..<3, using: &random) == 0 ? "HTTP/1.0" : "HTTP/1.1"
      let isCompressed = Int.random(in: 0..<3, using: &random) > 0
      let connection = try ClientConnection(to: server.address, receiveBuffer: client.isSlow ? 4096 : nil)
      let reader = try await EventReader(
        "/", on: connection, version: version, headers: isCompressed ? ["Accept-Encoding": "gzip"] : [:])
      readers.append(Task { try await list.history.check(reader, client, last: 100) })
    }
    for _ in 0..<8 { try await join() }
    var people = 0
    for _ in 1..<100 {
      let payload = list.change()
      switch Step.allCases.randomElement(using: &random) {
      // Who follows is caught up by the next one.
      case .lose: continue
      case .message: broadcaster.broadcast(to: "list") { $0.patchSignals(["message": 1]) }
      case .presence:
        people += 1
        let text = "<p> \(people) people"
        list.history.note("elements \(text)", id: nil)
        broadcaster.broadcast(to: "presence", version: .init(revision: 0, sequence: Int64(people))) {
          $0.patchElements(text)
        }
      case .join: try await join()
      case .pause: try await Task.sleep(for: .milliseconds(Int.random(in: 1..<20, using: &random)))
      case .change, nil: break
      }
      broadcaster.publish(payload, to: "list")
    }
    broadcaster.publish(list.change(), to: "list")
    await list.history.waitUntilDone(readers.count)
    await server.stop()
    for reader in readers { try await reader.value }
  }
}
