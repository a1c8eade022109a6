import DatastarPubSub
import HTMLTemplate
import LibeventHTTP
import Logging
import TodoStorage

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
  private let untoldChanges: UntoldChanges
  private let fileWatch: FileWatch?

  /// Puts the application together.
  ///
  /// - Throws: `TemplateError` for templates that are missing or do not fit their views.
  public init(store: any TodoStore, configuration: AppConfiguration, logger: Logger) throws(TemplateError) {
    let files = PageFiles(root: configuration.root)
    let fileWatch = configuration.watchesFiles ? FileWatch(files, logger: logger) : nil
    let views = try Views(files.templates(), hasVendoredClient: files.hasClient, edition: fileWatch?.first)
    if !views.hasVendoredClient {
      logger.warning("\(configuration.root)/Public/\(PageFiles.client) is missing: browsers load it from a CDN")
    }
    let work = LargeWork(limitsLoopback: configuration.limitsLoopback)
    // What is kept would show templates of before.
    let renders = fileWatch == nil ? RenderCache(work) : RenderCache(work, sizeLimit: 0)
    let live = LiveState(store: store, views: views, work: work)
    var pubSub = configuration.pubSub
    pubSub.catchUp = { topic, version in try await live.catchUp(topic, after: version) }
    let broadcaster = Broadcaster(pubSub)
    let presence = Presence(views: views, broadcaster: broadcaster)
    fileWatch?.begin(views, broadcaster)
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
      fileWatch?.add(to: &others)
      others.get("/public/*path") { request in try files.publicFiles.response(to: request) }
    }
    self.router = router
    refusals = RefusalPages(views: views, security: security)
    (self.presence, self.broadcaster) = (presence, broadcaster)
    (self.storeWatch, self.monitoring, self.fileWatch) = (storeWatch, monitoring, fileWatch)
    untoldChanges = UntoldChanges(live, broadcaster: broadcaster, logger: logger)
  }

  /// Has a server show people as a page what it refuses, name no unlisted list in its log, and count where `/metrics`
  /// reads.
  public func configure(_ server: inout ServerConfiguration) {
    server.refusal = refusals.shown
    server.logged = ListName.withoutUnlisted
    server.quietPaths = Monitoring.paths
    server.metrics = monitoring.metrics
    // A line for each of a page's questions would leave no other to be seen.
    if fileWatch != nil { server.quietPaths.insert(FileWatch.path) }
  }

  /// Says at `/readyz` that the server is about to stop: the first thing to do then.
  public func beginToStop() {
    monitoring.isStopping.withLock { $0 = true }
  }

  /// Takes leave of the other servers, once no more requests come.
  public func close() async {
    fileWatch?.close()
    // First: the others may be waiting for a database that does not answer.
    presence.leave()
    await storeWatch.close()
    await untoldChanges.close()
    broadcaster.close()
  }
}
