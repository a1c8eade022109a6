import DatastarHTTP
import DatastarPubSub
import LibeventHTTP

/// A chat: rooms with their latest lines, and how many people are in each.
///
/// The lines are the state of a room's topic: each is a delta from one version to the next, and who was away is sent what
/// is missing. How many people are there is told by messages, which stand alone.
public struct ChatApp: Sendable {
  private let rooms = Rooms()
  private let broadcaster: Broadcaster

  /// Creates a chat without lines.
  public init() {
    var core = Configuration()
    core.catchUp = { [rooms] topic, _ in rooms.lines(on: topic).snapshot }
    let broadcaster = Broadcaster(core)
    let tellOfPeople: @Sendable (Topic, Connection.ID) -> Void = { topic, _ in
      let count = broadcaster.subscriberCount(of: topic)
      broadcaster.broadcast(to: topic) { $0.patchElements("<p id=\"people\">\(count) here</p>") }
    }
    broadcaster.onSubscribe(tellOfPeople)
    broadcaster.onUnsubscribe(tellOfPeople)
    self.broadcaster = broadcaster
  }

  /// What a line is sent as by the page.
  private struct NewLine: Decodable {
    let name: String
    let text: String
  }

  /// The routes: a room's page, its stream, and what is said in it.
  public var router: Router {
    var router = Router()
    router.get("/rooms/:room") { request in
      .html(Page.of(try room(request), rooms.lines(on: try topic(request))))
    }
    router.get("/rooms/:room/updates") { request in
      let topic = try topic(request)
      return broadcaster.stream(request) { stream in
        try await stream.subscribe(topic, after: stream.clientVersion)
      }
    }
    router.post("/rooms/:room") { request in
      let new = try request.signals(as: NewLine.self)
      guard !new.text.isEmpty, new.text.count <= 500 else {
        throw HTTPError(.unprocessableContent, "a line has 1 to 500 characters")
      }
      let topic = try topic(request)
      broadcaster.publish(rooms.add(Line(name: new.name, text: new.text), on: topic), to: topic)
      return .events { $0.patchSignals(["text": ""]) }
    }
    return router
  }

  private func room(_ request: Request) throws -> String {
    guard let room = request.parameters["room"], room.count <= 40 else {
      throw HTTPError(.notFound, "a room's name has 1 to 40 characters")
    }
    return room
  }

  private func topic(_ request: Request) throws -> Topic { "rooms:\(try room(request))" }
}
