import TodoTestSupport

/// A page that follows a stream, or is left and come back to.
struct Follower {
  /// How a page follows.
  enum Habit: CaseIterable {
    /// Its stream stays open.
    case staying
    /// Its stream stays open and is compressed.
    case compressed
    /// It reads late, on a line that holds little.
    case slow
    /// It comes back as it was when it was left, or as it was long before, and its line is cut at once.
    case returning
    /// It holds no stream, and asks for what is newer.
    case asking
  }

  let page: String
  let habit: Habit
  private(set) var shown: ShownList
  private let app: RunningApp
  private var random: SplitMix64
  private var stream: EventReader?
  /// The newest version that this stream has shown, or leads on from.
  private var newest: Int64 = -1
  /// How many have come one after the other.
  private var heartbeats = 0
  /// Earlier states of the page.
  private var copies: [ShownList] = []

  init(_ habit: Habit, of page: String, _ app: RunningApp, seed: UInt64) async throws {
    (self.habit, self.page, self.app, random) = (habit, page, app, SplitMix64(seed: seed))
    shown = try await Self.load(page, app)
    if ![.returning, .asking].contains(habit) { try await open() }
  }

  static func load(_ page: String, _ app: RunningApp) async throws -> ShownList {
    try ShownList(html: try await app.get(page).text)
  }

  private var path: String { page == "/" ? "/subscribe" : page.replacing("/lists/", with: "/subscribe/") }

  private mutating func open() async throws {
    let connection = try ClientConnection(to: app.address, receiveBuffer: habit == .slow ? 4096 : nil)
    let headers = habit == .compressed ? ["Accept-Encoding": "gzip"] : [:]
    newest = shown.mark ?? -1
    stream = try await EventReader(
      "\(path)?after=\(shown.mark.map(String.init) ?? "")", on: connection, headers: headers)
  }

  /// Comes back while the lists are being changed.
  mutating func comeBack() async throws {
    guard habit == .returning else { return }
    copies = Array((copies + [shown]).shuffled(using: &random).prefix(8))
    if Int.random(in: 0..<3, using: &random) == 0, let copy = copies.randomElement(using: &random) { shown = copy }
    try await open()
  }

  /// Follows until a revision is shown, which is the newest one.
  mutating func follow(to revision: Int64) async throws {
    if stream == nil, habit != .asking { try await open() }
    if habit == .returning, Bool.random(using: &random) {
      // The line is cut, it may be in the middle of a delta.
      for _ in 0..<Int.random(in: 0..<4, using: &random) where shown.mark != revision { try await read() }
      try await open()
    }
    while habit == .asking, shown.mark != revision { try await ask() }
    while shown.mark != revision { try await read() }
    if habit == .returning { stream = nil }
  }

  private mutating func ask() async throws {
    newest = shown.mark ?? -1
    let answer = try await app.get("\(path)?once&after=\(newest)")
    for event in EventReader.events(of: answer.body) { try take(event) }
  }

  private mutating func read() async throws {
    guard let event = try await next() else { return try await open() }
    heartbeats = event.data == EventReader.heartbeat ? heartbeats + 1 : 0
    // One comes first, and then one every 20 s.
    if heartbeats > 3 { throw Failure.leftBehind }
    try take(event)
  }

  private mutating func take(_ event: ClientEvent) throws {
    try shown.apply(event)
    guard let id = event.id.flatMap({ Int64($0) }) else { return }
    if id <= newest { throw Failure.wentBack(from: newest, to: id) }
    newest = id
  }

  /// The next event; nil at the end of a stream of one that is so slow that the server has given it up.
  private func next() async throws -> ClientEvent? {
    do {
      if let event = try await stream?.next(orHeartbeat: true) { return event }
    } catch ClientConnection.Failure.ended where habit == .slow {
      return nil
    }
    throw Failure.ended
  }

  enum Failure: Error {
    /// The stream showed an older state than before.
    case wentBack(from: Int64, to: Int64)
    /// Nothing comes any more, though something newer is stored.
    case leftBehind
    case ended
  }
}
