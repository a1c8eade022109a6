import Locking
import Todos

/// Pages that have been rendered, each with the revision of the list that it shows.
///
/// Holds so many bytes at most, and begins anew when they are exceeded: what is asked for often is soon back.
final class PageCache: Sendable {
  private static let limit = 16 * 1024 * 1024
  private let state = Locked(State())

  struct Key: Hashable {
    let list: ListName
    let filter: Filter
    let isCompressed: Bool
  }

  private struct State {
    var pages: [Key: (revision: Int64, bytes: [UInt8])] = [:]
    var size = 0
  }

  /// The page of that revision, if it is here.
  func page(_ key: Key, _ revision: Int64) -> [UInt8]? {
    state.withLock { state in
      guard let page = state.pages[key], page.revision == revision else { return nil }
      return page.bytes
    }
  }

  func keep(_ bytes: [UInt8], _ key: Key, _ revision: Int64) {
    state.withLock { state in
      state.size += bytes.count - (state.pages[key]?.bytes.count ?? 0)
      if state.size > Self.limit { state = State(size: bytes.count) }
      state.pages[key] = (revision, bytes)
    }
  }
}
