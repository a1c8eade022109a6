import DatastarPubSub
import HTMLTemplate
import LibeventHTTP
import Logging
import Todos

/// The todo application: what answers each request, made of a store, templates and a pub/sub core.
///
/// A command changes the store and returns; what the browsers see comes to all of them alike, by the live topic of the
/// list. So a POST passes through `TodoCommands`, `TodoStore`, `LiveTopics`, `Broadcaster` and every `EventStream`.
public struct TodoApp: Sendable {
  /// Answers requests; to be given to a `Server`.
  public let router: Router
  private let refusals: RefusalPages
  private let presence: Presence
  private let broadcaster: Broadcaster
  private let monitoring: Monitoring
  private let storeWatch: StoreWatch
  private let otherWriters: OtherWriters

  /// Puts the application together.
  ///
  /// - Throws: `TemplateError` for templates that are missing or do not fit their views.
  public init(store: TodoStore, configuration: AppConfiguration, logger: Logger) throws(TemplateError) {
    let files = StaticFiles(directory: configuration.root + "/Public")
    let templates = try Templates(directory: configuration.root + "/Templates")
    let views = try Views(templates, hasVendoredClient: files.has(Self.client))
    try Self.check(files, for: templates, in: configuration.root + "/Public")
    if !views.hasVendoredClient {
      logger.warning("\(configuration.root)/Public/\(Self.client) is missing: browsers load it from a CDN")
    }
    let work = LargeWork(limitsLoopback: configuration.limitsLoopback)
    let renders = RenderCache(work)
    let live = LiveState(store: store, views: views, work: work)
    var pubSub = configuration.pubSub
    pubSub.catchUp = { topic, version in try await live.catchUp(topic, after: version) }
    let broadcaster = Broadcaster(pubSub)
    let presence = Presence(views: views, broadcaster: broadcaster)
    let topics = LiveTopics(live, broadcaster: broadcaster, logger: logger)
    let storeWatch = StoreWatch(store, logger: logger)
    let monitoring = Monitoring(
      store: store, storeWatch: storeWatch, broadcaster: broadcaster, topics: topics, views: views, renders: renders,
      work: work, metrics: configuration.metrics, droppedLogLines: configuration.droppedLogLines)

    let writes = WriteLimit(
      configuration.writesPerSecond.map { WriteLimit.Rate(perSecond: Double($0)) },
      limitsLoopback: configuration.limitsLoopback)

    let security = SecurityHeaders(allowsCDN: !views.hasVendoredClient)
    let errors = TodosErrors(watch: storeWatch)
    var router = Router()
    router.use(RequestPolicy(configuration, writes, headers: security).apply)
    router.use(monitoring.measure)
    router.group { commands in
      commands.use(CommandResult.showingRefusals(by: views))
      commands.use(errors.translate)
      TodoCommands(store: store, writes: writes).add(to: &commands)
      ListCommands(store: store, views: views, writes: writes, work: work).add(to: &commands)
    }
    router.group { others in
      others.use(errors.translate)
      ListPages(store: store, views: views, renders: renders).add(to: &others)
      LiveStreams(topics: topics, presence: presence, live: live, broadcaster: broadcaster, logger: logger)
        .add(to: &others)
      Exports(store: store, renders: renders).add(to: &others)
      monitoring.add(to: &others)
      others.get("/public/*path") { request in try files.response(to: request) }
    }
    self.router = router
    refusals = RefusalPages(views: views, security: security)
    (self.presence, self.broadcaster) = (presence, broadcaster)
    (self.storeWatch, self.monitoring) = (storeWatch, monitoring)
    otherWriters = OtherWriters(store: store, broadcaster: broadcaster, logger: logger)
  }

  /// Datastar's, which pages load from elsewhere where it is not here.
  private static let client = "vendor/datastar.js"

  /// Checks that there is all that the templates load.
  private static func check(
    _ files: StaticFiles, for templates: Templates, in folder: String
  ) throws(TemplateError) {
    let needed = templates.addresses(below: "/public/").subtracting([client])
    guard let missing = needed.sorted().first(where: { !files.has($0) }) else { return }
    throw TemplateError(
      file: "\(folder)/\(missing)", line: nil,
      reason: "the pages need this file, and it is missing or cannot be read; --root names the folder that has all")
  }

  /// Has a server show people as a page what it refuses, name no unlisted list in its log, and count where `/metrics`
  /// reads.
  public func configure(_ server: inout ServerConfiguration) {
    server.refusal = refusals.shown
    server.logged = ListName.withoutUnlisted
    server.quietPaths = Monitoring.paths
    server.metrics = monitoring.metrics
  }

  /// Says at `/readyz` that the server is about to stop: the first thing to do then.
  public func beginToStop() {
    monitoring.isStopping.withLock { $0 = true }
  }

  /// Takes leave of the other servers, once no more requests come.
  public func close() async {
    await storeWatch.close()
    await otherWriters.close()
    presence.leave()
    broadcaster.close()
  }
}
