import DatastarHTTP
import DatastarPubSub
import LibeventHTTP
import Synchronization

/// A number that all who have http://localhost:8080 open see, and can add to. Another port can be given.
@main enum Counter {
  static let count = Atomic<Int64>(0)

  static let page = """
    <!doctype html><html lang="en"><meta charset="utf-8"><title>Counter</title>
    <script type="module" src="https://cdn.jsdelivr.net/gh/starfederation/datastar@v1.0.2/bundles/datastar.js"></script>
    <body data-init="@get('/updates', {retry: 'always', retryMaxCount: Infinity})">
    <button data-on:click="@post('/add')">Add one to</button> <output id="count">…</output>
    """

  static func show(_ value: Int64) -> Payload {
    Payload(version: .init(revision: value)) { $0.patchElements("<output id=\"count\">\(value)</output>") }
  }

  static func main() async throws {
    // Whoever comes, or comes back, is sent the number as it is then.
    PubSub.configure { $0.catchUp = { _, _ in show(count.load(ordering: .relaxed)) } }
    var router = Router()
    router.get("/") { _ in .html(page) }
    router.get("/updates") { request in
      try PubSub.stream(request) { stream in try await stream.subscribe("count", after: nil) }
    }
    router.post("/add") { _ in
      try PubSub.publish(show(count.add(1, ordering: .relaxed).newValue), to: "count")
      return Response(.noContent)
    }
    var configuration = ServerConfiguration()
    if let port = CommandLine.arguments.dropFirst().first.flatMap({ Int($0) }) { configuration.port = port }
    try await Server(configuration: configuration, router: router).run()
  }
}
