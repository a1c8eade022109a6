import DatastarHTTP
import DatastarPubSub
import HTTPServer
import Logging

/// The streams that keep open pages in step.
struct LiveStreams: Sendable {
  let topics: LiveTopics
  /// Held here, so that it is there for as long as there can be streams.
  let presence: Presence
  let manager: Manager
  let logger: Logger

  func add(to router: inout Router) {
    router.get("/subscribe") { request in stream(.index, to: request) }
    router.getList("/subscribe") { request, name in stream(.list(name), to: request) }
  }

  private func stream(_ topic: LiveTopic, to request: Request) -> Response {
    EventStream.response(to: request, manager: manager, logger: logger) { stream in
      // First subscribed, then asked for: no change can fall between the two.
      try stream.subscribe(topic.topic)
      stream.send(try await topics.current(topic), of: topic.topic)
      stream.send { sse in sse.patchSignals(["_lost": false]) }
      if case .list(let list) = topic { try stream.subscribe(Presence.topic(of: list)) }
    }
  }
}
