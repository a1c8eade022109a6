import DatastarPubSub
import HTMLTemplate
import HTTPServer
import Logging
import Todos

/// The todo application: what answers each request, made of a store, templates and a pub/sub core.
///
/// A command changes the store and returns; what the browsers see comes to all of them alike, by the live topic of the
/// list. So a POST passes through `TodoCommands`, `TodoStore`, `LiveTopics`, `Broadcaster` and every `EventStream`.
public struct TodoApp: Sendable {
  /// Answers requests; to be given to a `Server`.
  public let responder: Responder

  /// Puts the application together.
  ///
  /// - Parameters:
  ///   - pubSub: what the pub/sub core is made of; in memory by default.
  ///   - root: the folder that has `Templates/` and `Public/` in it.
  /// - Throws: `TemplateError` for templates that are missing or do not fit their views.
  public init(
    store: TodoStore, pubSub: Configuration = Configuration(), root: String, logger: Logger
  ) throws(TemplateError) {
    let files = StaticFiles(directory: root + "/Public")
    let views = try Views(Templates(directory: root + "/Templates"), hasVendoredClient: files.has("vendor/datastar.js"))
    let presence = Presence(views: views)
    let broadcaster = presence.broadcaster(pubSub)
    let topics = LiveTopics(store: store, views: views, broadcaster: broadcaster, logger: logger)

    var router = Router()
    ListPages(store: store, views: views).add(to: &router)
    LiveStreams(topics: topics, presence: presence, manager: broadcaster.manager, logger: logger).add(to: &router)
    TodoCommands(store: store, topics: topics, views: views).add(to: &router)
    ListCommands(store: store, topics: topics, views: views).add(to: &router)
    Exports(store: store).add(to: &router)
    router.get("/healthz") { _ in .text(.ok, "ok") }
    router.get("/public/*path") { request in try files.response(to: request) }
    responder = SecurityHeaders(allowsCDN: !views.hasVendoredClient).applied(
      to: CrossOriginProtection.applied(to: TodosErrors.answered(router.respond)))
  }
}
