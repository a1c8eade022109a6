import HTTPServer
import Locking
import Todos

/// Pages that have been rendered, each with the revision of the list that it shows.
///
/// Holds so much at most, and begins anew when that is exceeded: what is asked for often is soon back.
final class PageCache: Sendable {
  private static let sizeLimit = 16 * 1024 * 1024
  /// A page that connections share takes a file descriptor.
  private static let countLimit = 256
  private let state = Locked(State())

  struct Key: Hashable {
    let list: ListName
    let filter: Filter
    let isCompressed: Bool
  }

  private struct State {
    var pages: [Key: (revision: Int64, body: Response.Body)] = [:]
    var size = 0
  }

  /// The page of that revision, if it is here.
  func page(_ key: Key, _ revision: Int64) -> Response.Body? {
    state.withLock { state in
      guard let page = state.pages[key], page.revision == revision else { return nil }
      return page.body
    }
  }

  /// Keeps a page, and answers it as it is best sent.
  func keep(_ bytes: [UInt8], _ key: Key, _ revision: Int64) -> Response.Body {
    let body: Response.Body =
      bytes.count >= SharedBytes.worthwhile ? .shared(SharedBytes(bytes)) : .bytes(bytes)
    state.withLock { state in
      // What is replaced is counted until all is given up: a page that changes often is soon not worth keeping.
      state.size += bytes.count
      if state.size > Self.sizeLimit || state.pages.count >= Self.countLimit { state = State(size: bytes.count) }
      state.pages[key] = (revision, body)
    }
    return body
  }
}
