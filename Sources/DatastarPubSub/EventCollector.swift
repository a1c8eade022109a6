import Datastar

/// Collects Datastar events as values, without I/O; the one place where events are made.
///
/// ```swift
/// broadcaster.broadcast(to: "todos:groceries") { sse in
///   sse.patchElements("<li id=\"todo-1\">Milk</li>", selector: "#todos", mode: .append)
///   sse.patchSignals(["count": 1])
/// }
/// ```
public struct EventCollector: Sendable {
  /// The events in the order they were added.
  public private(set) var events: [ServerSentEvent] = []

  /// An empty collector.
  public init() {}

  /// The events in their wire form.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for event in events { event.write(into: &bytes) }
    return bytes
  }

  /// Returns the events that `build` collects in their wire form.
  package static func bytes(_ build: (inout EventCollector) throws -> Void) rethrows -> [UInt8] {
    var events = EventCollector()
    try build(&events)
    return events.bytes
  }

  /// Adds an event as it is.
  public mutating func add(_ event: ServerSentEvent) {
    events.append(event)
  }

  /// Adds any event, with its id and its retry time where they are given.
  public mutating func add(_ event: some DatastarEvent, eventID: EventID? = nil, retryDuration: Duration? = nil) {
    add(ServerSentEvent(event, eventID: eventID, retryDuration: retryDuration))
  }

  /// Puts HTML elements into the page; see `PatchElements`.
  public mutating func patchElements(
    _ elements: String, selector: CSSSelector? = nil, mode: ElementPatchMode = .outer,
    eventID: EventID? = nil, retryDuration: Duration? = nil
  ) {
    add(PatchElements(elements, selector: selector, mode: mode), eventID: eventID, retryDuration: retryDuration)
  }

  /// Removes every element that `selector` matches.
  public mutating func removeElements(_ selector: CSSSelector, eventID: EventID? = nil) {
    add(PatchElements.removing(selector), eventID: eventID)
  }

  /// Sets signals, and removes those whose value is `null`; see `PatchSignals`.
  public mutating func patchSignals(
    _ signals: SignalObject, onlyIfMissing: Bool = false, eventID: EventID? = nil, retryDuration: Duration? = nil
  ) {
    add(PatchSignals(signals, onlyIfMissing: onlyIfMissing), eventID: eventID, retryDuration: retryDuration)
  }

  /// Runs a script in the page; see `ExecuteScript` for what it throws.
  public mutating func executeScript(
    _ script: String, autoRemove: Bool = true, attributes: [ScriptAttribute] = [], eventID: EventID? = nil
  ) throws(EventError) {
    add(try ExecuteScript(script, autoRemove: autoRemove, attributes: attributes), eventID: eventID)
  }

  /// Sends the browser to another page; see `ExecuteScript.redirect(to:)` for what it throws.
  public mutating func redirect(to url: String) throws(EventError) {
    add(try ExecuteScript.redirect(to: url))
  }
}
