import DatastarHTTP
import DatastarPubSub
import HTTPServer
import Logging
import Todos

/// The streams that keep open pages in step.
struct LiveStreams: Sendable {
  // Both are held here, so that they are there for as long as there can be streams.
  let topics: LiveTopics
  let presence: Presence
  let manager: Manager
  let logger: Logger

  func add(to router: inout Router) {
    router.get("/subscribe") { request in stream(.index, to: request) }
    router.getList("/subscribe") { request, name in stream(.list(name), to: request) }
    router.post("/subscribe/:list", noteEdit)
  }

  /// What somebody who has the list open is editing: `{"tab": "12-34", "editing": 7}`, or `null`.
  private func noteEdit(_ request: Request) throws -> Response {
    let input = try CommandInput(request)
    guard let tab = Editors.Tab(try input.text("tab")) else {
      throw HTTPError(.unprocessableContent, "tab is not 1 to 40 of 0 to 9 and -")
    }
    presence.note(try input.todoID("editing"), by: tab, in: try request.listName())
    return Response(.noContent)
  }

  private func stream(_ topic: LiveTopic, to request: Request) -> Response {
    EventStream.response(to: request, manager: manager, logger: logger) { stream in
      try await stream.subscribe(topic.topic, after: stream.clientVersion)
      // Says that the stream is there also to a client that has been sent no state, because it has the newest.
      stream.send { sse in sse.patchSignals([:]) }
      if case .list(let list) = topic { try stream.subscribe(Presence.topic(of: list)) }
    }
  }
}
