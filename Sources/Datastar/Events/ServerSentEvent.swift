/// One event of a stream, ready to be written.
///
/// ```swift
/// let frame = PatchElements(utf8: html)
/// let bytes = ServerSentEvent(frame, eventID: EventID(revision)).bytes
/// ```
///
/// Nothing in it can end a line early, so writing cannot fail and no value can forge a field or an event.
///
/// Sources: Datastar SDK ADR, "ServerSentEventGenerator.send"; WHATWG HTML, "Server-sent events".
public struct ServerSentEvent: Sendable, Equatable {
  /// The reconnection time that the protocol takes for granted, and that is never written: one second.
  public static let defaultRetryDuration = Duration.seconds(1)

  /// The header fields of a response of events: never stored, and never held back by a proxy.
  public static let responseHeaders = [
    (name: "Content-Type", value: "text/event-stream"), (name: "Cache-Control", value: "no-cache"),
    (name: "X-Accel-Buffering", value: "no"),
  ]

  /// What the event does in the browser.
  public var type: EventType

  /// What a browser that reconnects names as the last event it has had; `nil` leaves its last id as it is.
  public var eventID: EventID?

  /// How long the browser waits before it reconnects; `nil` leaves its time as it is.
  ///
  /// Sent in whole milliseconds, from 0 to 2³¹ − 1 (what a browser's timer can hold); the rest is cut off. By the
  /// protocol ``defaultRetryDuration`` is not sent, so it cannot undo a time sent earlier on the same stream; 999 ms can.
  public var retryDuration: Duration?

  /// The data, in the order in which it is written.
  public var data: [DataField]

  /// Creates an event that does what `event` says.
  public init(_ event: some DatastarEvent, eventID: EventID? = nil, retryDuration: Duration? = nil) {
    type = event.type
    data = event.data
    self.eventID = eventID
    self.retryDuration = retryDuration
  }
}
