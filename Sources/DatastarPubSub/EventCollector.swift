import Datastar

/// Collects Datastar events as values, without I/O; the one place where events are made.
///
/// ```swift
/// broadcaster.broadcast(to: "todos:groceries") { sse in
///   sse.patchElements("<li id=\"todo-\(id)\">Milk</li>", selector: "#todos", mode: .append)
///   sse.patchSignals(["count": count, "isFull": count == limit])
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

  /// Adds an event that puts HTML elements into the page; see `PatchElements`.
  ///
  /// - Parameters:
  ///   - elements: whole HTML elements, sent as they are: escaping is done where they are made.
  ///   - selector: the target; nil takes each outermost element's own `id`.
  ///   - mode: how the elements are put into the page.
  ///   - namespace: of new elements, where they stand inside an `<svg>` or `<math>` of the page.
  ///   - useViewTransition: whether the patch runs as a view transition, where the browser has them.
  ///   - viewTransitionSelector: the element that the view transition is limited to.
  ///   - eventID: what a client that comes back says it has had last.
  ///   - retryDuration: how long the client waits before it comes back.
  public mutating func patchElements(
    _ elements: String, selector: CSSSelector? = nil, mode: ElementPatchMode = .outer,
    namespace: ElementNamespace = .html, useViewTransition: Bool = false, viewTransitionSelector: CSSSelector? = nil,
    eventID: EventID? = nil, retryDuration: Duration? = nil
  ) {
    patchElements(
      elements.utf8, selector: selector, mode: mode, namespace: namespace, useViewTransition: useViewTransition,
      viewTransitionSelector: viewTransitionSelector, eventID: eventID, retryDuration: retryDuration)
  }

  /// Adds an event that puts HTML elements into the page: bytes of UTF-8, such as what a template has rendered.
  public mutating func patchElements(
    _ elements: some Sequence<UInt8>, selector: CSSSelector? = nil, mode: ElementPatchMode = .outer,
    namespace: ElementNamespace = .html, useViewTransition: Bool = false, viewTransitionSelector: CSSSelector? = nil,
    eventID: EventID? = nil, retryDuration: Duration? = nil
  ) {
    let patch = PatchElements(
      utf8: Array(elements), selector: selector, mode: mode, namespace: namespace,
      useViewTransition: useViewTransition, viewTransitionSelector: viewTransitionSelector)
    add(patch, eventID: eventID, retryDuration: retryDuration)
  }

  /// Adds an event that removes every element that `selector` matches.
  public mutating func removeElements(
    _ selector: CSSSelector, useViewTransition: Bool = false, viewTransitionSelector: CSSSelector? = nil,
    eventID: EventID? = nil, retryDuration: Duration? = nil
  ) {
    let patch = PatchElements(
      utf8: [], selector: selector, mode: .remove, useViewTransition: useViewTransition,
      viewTransitionSelector: viewTransitionSelector)
    add(patch, eventID: eventID, retryDuration: retryDuration)
  }

  /// Adds an event that runs a script in the page; see `ExecuteScript`.
  ///
  /// - Throws: `EventError` for a script that cannot be written into a page, and an attribute given twice.
  public mutating func executeScript(
    _ script: String, autoRemove: Bool = true, attributes: [ScriptAttribute] = [], eventID: EventID? = nil,
    retryDuration: Duration? = nil
  ) throws(EventError) {
    let execution = try ExecuteScript(script, autoRemove: autoRemove, attributes: attributes)
    add(execution, eventID: eventID, retryDuration: retryDuration)
  }

  /// Adds an event that sends the browser to another page; see `ExecuteScript.redirect(to:)`.
  ///
  /// - Throws: `EventError.scriptURL` for a URL that would run as script.
  public mutating func redirect(
    to url: String, eventID: EventID? = nil, retryDuration: Duration? = nil
  ) throws(EventError) {
    add(try ExecuteScript.redirect(to: url), eventID: eventID, retryDuration: retryDuration)
  }
}
