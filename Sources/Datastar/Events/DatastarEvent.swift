/// What one event makes the browser do.
///
/// The conformers ``PatchElements``, ``PatchSignals`` and ``ExecuteScript`` are plain values. A ``ServerSentEvent``
/// adds the id and the retry time, and is what goes over the wire.
public protocol DatastarEvent: Sendable {
  /// The type on the event's first line.
  var type: EventType { get }

  /// The data lines, with what the protocol has as its default left out.
  var data: [DataField] { get }
}
