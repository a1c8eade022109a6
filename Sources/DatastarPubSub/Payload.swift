import Datastar

/// What is published on a topic: whole server-sent events, and where they stand in the topic's order.
public struct Payload: Sendable, Equatable {
  /// Server-sent events, UTF-8, each ended by a blank line; anything on topics that no stream is on.
  public let bytes: [UInt8]
  /// The state that the events show, for payloads that replace each other; nil for those that stand alone.
  public let version: Version?

  /// Makes a payload of events that are in their wire form.
  public init(_ bytes: [UInt8], version: Version? = nil) {
    self.bytes = bytes
    self.version = version
  }

  /// The place of a payload among those of its topic: one that is not newer than what a stream has had is not sent.
  public struct Version: Hashable, Comparable, Sendable {
    /// The revision of the stored state that is shown.
    public let revision: Int64
    /// Orders payloads of one revision, where something else than the stored state is shown too.
    public let sequence: Int64

    /// Makes the place of a state.
    public init(revision: Int64, sequence: Int64 = 0) {
      self.revision = revision
      self.sequence = sequence
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
