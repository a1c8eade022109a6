import Datastar

/// What is published on a topic: whole server-sent events, and what they do to the state that the topic shows.
///
/// - A **snapshot** shows the whole state at a version.
/// - A **delta** turns what shows one version into what shows a later one, and is right on nothing else.
/// - A **message** has no version and stands alone.
public struct Payload: Sendable, Equatable {
  /// Server-sent events, UTF-8, each ended by a blank line; anything on topics that no stream is on.
  public let bytes: [UInt8]
  /// The state that is shown when the events have been read; nil for a message.
  public let version: Version?
  /// The state that a delta is for; nil for a snapshot or a message.
  public let from: Version?

  /// Creates a snapshot of a version or, without one, a message.
  public init(_ bytes: [UInt8], version: Version? = nil) {
    (self.bytes, self.version, from) = (bytes, version, nil)
  }

  /// Creates a delta.
  ///
  /// - Parameters:
  ///   - bytes: whole server-sent events: UTF-8, each ended by a blank line.
  ///   - from: the state that the events are for.
  ///   - to: the state that is shown when they have been read, which is later than `from`.
  public init(_ bytes: [UInt8], from: Version, to: Version) {
    (self.bytes, version, self.from) = (bytes, to, from)
  }

  /// The place of a state among those of its topic: no stream is ever sent one that is older than one it has had.
  public struct Version: Hashable, Comparable, Sendable {
    /// The revision of the stored state that is shown.
    public let revision: Int64
    /// Orders states of one revision, where something else than the stored state is shown too.
    public let sequence: Int64

    /// Creates the place of a state.
    public init(revision: Int64, sequence: Int64 = 0) {
      self.revision = revision
      self.sequence = sequence
    }

    /// Reads what a client says it shows: the id of the last event that it has had, from `Last-Event-ID`.
    ///
    /// - Returns: nil where it says nothing that is a version.
    public init?(eventID: String?) {
      guard let revision = eventID.flatMap({ Int64($0) }) else { return nil }
      self.init(revision: revision)
    }

    /// The id of an event that shows this state, by which a client that comes back says what it has; nil where
    /// something else than the stored state is shown, which is not to be found again by its revision.
    public var eventID: EventID? { sequence == 0 ? EventID(revision) : nil }

    /// Orders by revision, then by sequence.
    public static func < (left: Version, right: Version) -> Bool {
      (left.revision, left.sequence) < (right.revision, right.sequence)
    }
  }
}

extension Payload {
  /// What a payload is to somebody who is shown one state of its topic, or none yet.
  public enum Fit: Sendable {
    /// It can be sent: it leads on from that state, or stands alone.
    case next
    /// It shows nothing newer.
    case old
    /// It leads on from another state: what is between has to be sent first.
    case ahead
  }

  /// Returns what the payload is to somebody who is shown `version`.
  public func fit(_ version: Version?) -> Fit {
    guard let new = self.version else { return .next }
    if let version, new <= version { return .old }
    return from == nil || from == version ? .next : .ahead
  }
}
