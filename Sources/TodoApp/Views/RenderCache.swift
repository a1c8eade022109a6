import DatastarLocking
import LibeventHTTP
import TodoStorage

/// What lists are shown as, whole: made once a revision, compressed once, and shared by all who ask.
///
/// One render of a thing is under way at a time: who asks meanwhile is answered by it, and holds the same bytes. What is
/// kept is bounded in bytes. What is of use to one person has a small share of its own: its addresses can be made up
/// without end, and would push out what everybody reads.
final class RenderCache: Sendable {
  private let work: LargeWork
  private let state: Locked<State>

  /// A body that connections share takes a file descriptor.
  private static let countLimit = 256
  /// The part of all that is kept which is for one person.
  private static let personalShare = 8

  /// What is asked for.
  enum Content: Hashable {
    case page(ListName, Filter, editing: Todo.ID?, undo: Deletion?, notice: String?)
    case index(undo: Deletion?)
    case json(ListName)
    case markdown(ListName)

    /// Whether it is of use to one person: a form, an offer or a notice is on it.
    fileprivate var isPersonal: Bool {
      switch self {
      case .page(_, _, let editing, let undo, let notice): editing != nil || undo != nil || notice != nil
      case .index(let undo): undo != nil
      case .json, .markdown: false
      }
    }
  }

  /// What has been rendered.
  struct Render {
    /// The revision that it shows; nil for a list that is not there, of which nothing is kept.
    let revision: Int64?
    let bytes: [UInt8]
  }

  private struct Key: Hashable {
    let content: Content
    let isCompressed: Bool
  }

  private struct Made {
    let revision: Int64?
    let body: Response.Body
  }

  private struct State {
    var common: RenderShelf<Key, Made>
    var personal: RenderShelf<Key, Made>
    var underWay: [Key: Task<Made, any Error>] = [:]

    init(sizeLimit: Int, countLimit: Int) {
      let (size, count) = (sizeLimit / personalShare, countLimit / personalShare)
      common = RenderShelf(sizeLimit: sizeLimit - size, countLimit: countLimit - count)
      personal = RenderShelf(sizeLimit: size, countLimit: count)
    }

    /// Calls `body` with what is kept of the kind of a content.
    mutating func withShelf<Result>(of content: Content, _ body: (inout RenderShelf<Key, Made>) -> Result) -> Result {
      content.isPersonal ? body(&personal) : body(&common)
    }
  }

  /// - Parameter sizeLimit: how many bytes are kept.
  init(_ work: LargeWork, sizeLimit: Int = 32 * 1024 * 1024) {
    self.work = work
    state = Locked(State(sizeLimit: sizeLimit, countLimit: Self.countLimit))
  }

  /// How many bytes are kept.
  var size: Int { state.withLock { $0.common.size + $0.personal.size } }

  /// Answers a request with a content, compressed where the client takes that.
  ///
  /// - Parameters:
  ///   - stored: what it is made of as it is now; nil for a list that is not there.
  ///   - render: makes it, of what is stored then or later.
  /// - Throws: `HTTPError` 503 where too many wait; what `render` throws.
  func response(
    to request: Request, _ content: Content, of stored: StoredState?, type: String = "text/html; charset=utf-8",
    _ render: @escaping @Sendable () async throws -> Render
  ) async throws -> Response {
    let isCompressed = AcceptEncoding.allowsGzip(request.headers)
    var response = Response(headers: ["Content-Type": type])
    AcceptEncoding.describe(isGzip: isCompressed, in: &response.headers)
    response.body = try await body(content, isCompressed: isCompressed, for: request.client, of: stored, render)
    return response
  }

  /// Returns a content as it is sent; see ``response(to:_:of:type:_:)``.
  func body(
    _ content: Content, isCompressed: Bool, for client: ClientAddress, of stored: StoredState?,
    _ render: @escaping @Sendable () async throws -> Render
  ) async throws -> Response.Body {
    let key = Key(content: content, isCompressed: isCompressed)
    let (revision, size) = (stored?.revision, stored?.pageSize ?? 0)
    if let revision, let body = kept(key, revision) { return body }
    guard size > LargeWork.smallSize, let revision else { return keep(Self.made(key, try await render()), key).body }
    while true {
      let (isOwn, task) = underWay(key) { [self] in
        keep(try await work.run(size, for: .answer(client)) { Self.made(key, try await render()) }, key)
      }
      do {
        let made = try await task.value
        // Somebody else's may have been begun before the change that this one has to show.
        if isOwn || made.revision ?? .max >= revision { return made.body }
      } catch is HTTPError where !isOwn {
        // What another client has been refused, this one may have.
        continue
      }
    }
  }

  private static func made(_ key: Key, _ render: Render) -> Made {
    let plain = render.bytes
    let bytes = key.isCompressed ? Gzip.compress(plain) : plain
    let isShared = render.revision != nil && bytes.count >= SharedBytes.worthwhile
    return Made(revision: render.revision, body: isShared ? .shared(SharedBytes(bytes)) : .bytes(bytes))
  }

  private func kept(_ key: Key, _ revision: Int64) -> Response.Body? {
    state.withLock { $0.withShelf(of: key.content) { $0.value(key) { $0.revision == revision } } }?.body
  }

  /// Returns what makes a content: the one that is under way, or its own.
  private func underWay(
    _ key: Key, _ make: @escaping @Sendable () async throws -> Made
  ) -> (isOwn: Bool, task: Task<Made, any Error>) {
    state.withLock { state in
      if let task = state.underWay[key] { return (false, task) }
      let task = Task {
        defer { self.state.withLock { $0.underWay[key] = nil } }
        return try await make()
      }
      state.underWay[key] = task
      return (true, task)
    }
  }

  /// Keeps what has been made, and returns it.
  private func keep(_ made: Made, _ key: Key) -> Made {
    guard made.revision != nil else { return made }
    state.withLock { $0.withShelf(of: key.content) { $0.keep(made, size: made.body.size, for: key) } }
    return made
  }
}

extension Response.Body {
  /// How many bytes it takes.
  fileprivate var size: Int {
    switch content {
    case .bytes(let bytes): bytes.count
    case .shared(let shared): shared.count
    case .stream: 0
    }
  }
}
