import HTTPServer
import Locking
import Todos

/// What lists are shown as, whole: made once a revision, compressed once, and shared by all who ask.
///
/// One render of a thing is under way at a time: who asks meanwhile is answered by it, and holds the same bytes. What is
/// kept is bounded in bytes; what was asked for longest ago is given up first.
final class RenderCache: Sendable {
  private let work: LargeWork
  private let sizeLimit: Int
  private let state = Locked(State())

  /// A body that connections share takes a file descriptor.
  private static let countLimit = 256
  /// Beyond this, compressing better takes several times as long and saves a few hundredths.
  private static let bestSize = 64 * 1024

  /// What is asked for.
  enum Content: Hashable {
    case page(ListName, Filter, editing: Todo.ID?, undo: Deletion?, notice: String?)
    case index(undo: Deletion?)
    case json(ListName)
    case markdown(ListName)
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
    var kept: [Key: (made: Made, size: Int, use: UInt64)] = [:]
    var underWay: [Key: Task<Made, any Error>] = [:]
    var size = 0
    var uses: UInt64 = 0

    mutating func remove(_ key: Key) {
      if let removed = kept.removeValue(forKey: key) { size -= removed.size }
    }
  }

  /// - Parameter sizeLimit: how many bytes are kept.
  init(_ work: LargeWork, sizeLimit: Int = 32 * 1024 * 1024) {
    (self.work, self.sizeLimit) = (work, sizeLimit)
  }

  /// How many bytes are kept.
  var size: Int { state.withLock { $0.size } }

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
    let bytes = key.isCompressed ? Gzip.compress(plain, level: plain.count > bestSize ? 3 : 6) : plain
    let isShared = render.revision != nil && bytes.count >= SharedBytes.worthwhile
    return Made(revision: render.revision, body: isShared ? .shared(SharedBytes(bytes)) : .bytes(bytes))
  }

  private func kept(_ key: Key, _ revision: Int64) -> Response.Body? {
    state.withLock { state in
      guard let made = state.kept[key]?.made, made.revision == revision else { return nil }
      state.uses += 1
      state.kept[key]?.use = state.uses
      return made.body
    }
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

  /// Keeps what has been made, in place of what was asked for longest ago, and returns it.
  private func keep(_ made: Made, _ key: Key) -> Made {
    let size = made.body.size
    guard made.revision != nil, size <= sizeLimit else { return made }
    state.withLock { state in
      state.remove(key)
      while state.size + size > sizeLimit || state.kept.count >= Self.countLimit,
        let oldest = state.kept.min(by: { $0.value.use < $1.value.use })
      {
        state.remove(oldest.key)
      }
      state.uses += 1
      state.kept[key] = (made, size, state.uses)
      state.size += size
    }
    return made
  }
}

extension Response.Body {
  /// How many bytes it takes: shared ones are there once more for the kernel.
  fileprivate var size: Int {
    switch self {
    case .bytes(let bytes): bytes.count
    case .shared(let shared): 2 * shared.bytes.count
    case .stream: 0
    }
  }
}
