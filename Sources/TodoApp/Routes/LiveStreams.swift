import DatastarHTTP
import DatastarPubSub
import LibeventHTTP
import Logging
import TodoStorage

/// What keeps open pages in step: a stream each, or answers to those that have no connection left for one.
struct LiveStreams: Sendable {
  // Both are held here, so that they are there for as long as there can be streams.
  let topics: LiveTopics
  let presence: Presence
  let live: LiveState
  let broadcaster: Broadcaster
  let logger: Logger

  func add(to router: inout Router) {
    router.get("/subscribe") { request in try await respond(to: request, on: .index) }
    router.getList("/subscribe") { request, name in try await respond(to: request, on: .list(name)) }
    router.post("/subscribe/:list", noteEdit)
  }

  /// What somebody who has the list open is editing: `{"tab": "12-34", "editing": 7}`, or `null`.
  private func noteEdit(_ request: Request) throws -> Response {
    let input = try CommandInput(request)
    let tab = try ClientID(input.text("tab"), of: "tab")
    presence.note(try input.todoID("editing"), by: tab, in: try request.listName())
    return Response(.noContent)
  }

  private func respond(to request: Request, on topic: LiveTopic) async throws -> Response {
    let query = try request.queryFields()
    let browser = try query["browser"].map { try ClientID($0, of: "browser") }
    guard query["once"] != nil else {
      // While there is a status to say with that it cannot be read.
      _ = try await live.revision(of: topic)
      return stream(topic, to: request, of: browser)
    }
    return try await live.answer(on: topic, after: EventStream.clientVersion(of: request), for: request.client) {
      guard case .list(let list) = topic else { return .events($0, to: request) }
      return .events($0 + presence.asked(by: browser, on: list, showing: query["here"]), to: request)
    }
  }

  private func stream(_ topic: LiveTopic, to request: Request, of browser: ClientID?) -> Response {
    broadcaster.stream(request, logger: logger) { stream in
      try await stream.subscribe(topic.topic, after: stream.clientVersion)
      // Those of before were messages to whoever was there.
      let offers = stream.clientVersion.map { live.offers(on: topic, after: $0) } ?? []
      for offer in offers { await stream.send(offer) }
      // Also a client that has been sent no state, because it has the newest, is to see that the stream is there.
      await stream.sendHeartbeat()
      guard case .list(let list) = topic else { return }
      try await stream.subscribe(Presence.topic(of: list))
      if let browser, let connection = await stream.connectionID { presence.note(browser, connection, on: list) }
    }
  }
}
