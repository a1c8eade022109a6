import DatastarPubSub
import Hummingbird

/// The live page of todo lists on Hummingbird: http://localhost:8080/lists/groceries, or at the port that is given.
@main enum App {
  struct NewTodo: Decodable { let newTodo: String }
  struct NewTitle: Decodable { let title: String }

  static func main() async throws {
    let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8080
    let configuration = ApplicationConfiguration(address: .hostname("127.0.0.1", port: port), backlog: 4096)
    try await Application(router: router(TodoLists()), configuration: configuration).runService()
  }

  static func router(_ lists: TodoLists) -> Router<BasicRequestContext> {
    var core = Configuration()
    core.catchUp = { topic, _ in lists[topic].snapshot }
    let broadcaster = Broadcaster(core)
    let router = Router()
    router.get("/lists/:list") { _, context in
      let list = lists[try topic(context)]
      return EditedResponse(headers: [.contentType: "text/html; charset=utf-8"], response: Page.of(list))
    }
    router.get("/subscribe/:list") { request, context in
      Response.following(try topic(context), of: broadcaster, for: request)
    }
    router.post("/todos/:list") { request, context in
      let (topic, new) = (try topic(context), try await request.decode(as: NewTodo.self, context: context))
      broadcaster.publish(lists.change(topic) { $0.add(new.newTodo) }, to: topic)
      return HTTPResponse.Status.created
    }
    router.post("/todos/:list/:id/edit") { request, context in
      let (topic, new) = (try topic(context), try await request.decode(as: NewTitle.self, context: context))
      let id = try context.parameters.require("id", as: Int.self)
      guard let delta = lists.change(topic, { $0.edit(id, new.title) }) else { throw HTTPError(.notFound) }
      broadcaster.publish(delta, to: topic)
      return HTTPResponse.Status.noContent
    }
    return router
  }

  private static func topic(_ context: BasicRequestContext) throws -> Topic {
    "todos:\(try context.parameters.require("list"))"
  }
}
