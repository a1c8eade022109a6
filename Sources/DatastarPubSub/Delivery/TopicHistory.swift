/// What is kept of a topic, so that who is behind can be caught up: the deltas that lead to its newest state, and a
/// snapshot from which they lead on.
///
/// ```
/// snapshot 4 ─▶ 4→5 ─▶ 5→6 ─▶ 6→9     newest: 9; who shows 5 is sent two deltas, who shows 3 the snapshot and three
/// ```
struct TopicHistory {
  /// The newest state that is known of.
  private(set) var newest: Payload.Version?
  private var snapshot: Frame?
  /// Each leads on from the one before, the last one to ``newest``.
  private var deltas: [Frame] = []
  private var size = 0
  private let sizeLimit: Int

  /// - Parameter sizeLimit: how many bytes of deltas are kept.
  init(sizeLimit: Int) {
    self.sizeLimit = sizeLimit
  }

  /// Takes in a payload. Returns its frame, and whether it shows something newer than all before it.
  mutating func append(_ payload: Payload) -> (frame: Frame, isNews: Bool) {
    let frame = Frame(payload)
    guard let version = payload.version, newest.map({ version >= $0 }) ?? true else {
      return (frame, payload.version == nil)
    }
    let isNews = version != newest
    if payload.from == nil {
      // Who made the other one for the same state has had it sent already.
      if !isNews, let snapshot, snapshot.payload.version == version { return (snapshot, false) }
      snapshot = frame
      if isNews { forget(all: true) }
    } else if isNews {
      if payload.from != newest { forget(all: true) }
      deltas.append(frame)
      size += payload.bytes.count
    }
    newest = version
    forget(all: false)
    return (frame, isNews)
  }

  /// Notes that a version is the newest, of which nothing is kept.
  mutating func confirm(_ version: Payload.Version) {
    guard newest.map({ $0 < version }) ?? true else { return }
    (newest, snapshot) = (version, nil)
    forget(all: true)
  }

  /// Keeps nothing of what has been taken in, but which state is the newest.
  mutating func forget() {
    snapshot = nil
    forget(all: true)
  }

  /// Returns what turns a state into the newest one, which is nothing for the newest itself; nil where that is not kept.
  ///
  /// - Parameter version: nil for who has been sent no state yet.
  func path(from version: Payload.Version?) -> [Frame]? {
    guard let newest else { return nil }
    if version == newest { return [] }
    let bySnapshot = pathBySnapshot(newerThan: version)
    guard let version else { return bySnapshot }
    guard version < newest else { return nil }
    guard let byDeltas = deltas(from: version) else { return bySnapshot }
    guard let bySnapshot, bySnapshot.size < byDeltas.size else { return byDeltas }
    return bySnapshot
  }

  /// Returns the snapshot and the deltas after it, unless who shows a version could not be sent the snapshot: between
  /// the versions that the deltas lead to there may be others, which the application has shown to somebody.
  private func pathBySnapshot(newerThan version: Payload.Version?) -> [Frame]? {
    guard let snapshot, let shown = snapshot.payload.version, version.map({ $0 < shown }) ?? true else { return nil }
    return deltas(from: shown).map { [snapshot] + $0 }
  }

  private func deltas(from version: Payload.Version?) -> [Frame]? {
    if version == newest { return [] }
    return deltas.firstIndex { $0.payload.from == version }.map { Array(deltas[$0...]) }
  }

  /// Forgets deltas, the oldest first: all, or as many as are too many; and a snapshot that they do not lead on from.
  private mutating func forget(all: Bool) {
    while let first = deltas.first, all || size > sizeLimit {
      size -= first.payload.bytes.count
      deltas.removeFirst()
    }
    if !all, let version = snapshot?.payload.version, deltas(from: version) == nil { snapshot = nil }
  }
}

extension [Frame] {
  fileprivate var size: Int { reduce(0) { $0 + $1.payload.bytes.count } }
}
