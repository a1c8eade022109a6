import Datastar

/// The events that the input of a conformance case asks for.
///
/// The form is that of Datastar's SDK test suite: an object whose `events` each have a `type` and, under the
/// protocol's names, its options. Beside the suite's types `patchElements`, `patchSignals` and `executeScript` it knows
/// `removeElements` (`selector`), `removeSignals` (`paths`) and `redirect` (`url`).
///
/// Source: `sdk/tests/README.md` in starfederation/datastar.
struct ConformanceCase: Sendable {
  /// The events in the order in which they are sent.
  let events: [ServerSentEvent]

  /// Reads the input of a case, which comes as a request's signals.
  ///
  /// - Throws: ``ConformanceError``, or the `EventError` of an event that cannot be made.
  init(_ input: Signals) throws {
    guard let descriptions = input["events"]?.array else { throw ConformanceError(name: "events") }
    events = try descriptions.map { description in
      ServerSentEvent(
        try Self.event(description),
        eventID: try description["eventId"]?.string.map { try EventID($0) },
        retryDuration: description["retryDuration"]?.integer.map { .milliseconds($0) })
    }
  }

  private static func event(_ description: SignalValue) throws -> any DatastarEvent {
    switch description["type"]?.string {
    case "patchElements": try patchElements(description)
    case "patchSignals": try patchSignals(description)
    case "executeScript": try executeScript(description)
    case "removeElements": PatchElements.removing(try CSSSelector(try string("selector", of: description)))
    case "removeSignals": try removeSignals(description)
    case "redirect": try ExecuteScript.redirect(to: try string("url", of: description))
    default: throw ConformanceError(name: "type")
    }
  }

  private static func patchElements(_ description: SignalValue) throws -> PatchElements {
    PatchElements(
      description["elements"]?.string ?? "",
      selector: try description["selector"]?.string.map { try CSSSelector($0) },
      mode: try choice("mode", of: description) ?? .outer,
      namespace: try choice("namespace", of: description) ?? .html,
      useViewTransition: description["useViewTransition"]?.bool ?? false,
      viewTransitionSelector: try description["viewTransitionSelector"]?.string.map { try CSSSelector($0) })
  }

  private static func patchSignals(_ description: SignalValue) throws -> PatchSignals {
    let onlyIfMissing = description["onlyIfMissing"]?.bool ?? false
    if let json = description["signals-raw"]?.string {
      return PatchSignals(json: json, onlyIfMissing: onlyIfMissing)
    }
    guard let signals = description["signals"]?.object else { throw ConformanceError(name: "signals") }
    return PatchSignals(signals, onlyIfMissing: onlyIfMissing)
  }

  private static func removeSignals(_ description: SignalValue) throws -> PatchSignals {
    guard let paths = description["paths"]?.array else { throw ConformanceError(name: "paths") }
    return try PatchSignals.removing(paths.compactMap(\.string))
  }

  private static func executeScript(_ description: SignalValue) throws -> ExecuteScript {
    let attributes = description["attributes"]?.object?.members ?? []
    return try ExecuteScript(
      try string("script", of: description),
      autoRemove: description["autoRemove"]?.bool ?? true,
      attributes: try attributes.map { try ScriptAttribute($0.name, $0.value.string) })
  }

  private static func string(_ name: String, of description: SignalValue) throws -> String {
    guard let string = description[name]?.string else { throw ConformanceError(name: name) }
    return string
  }

  private static func choice<Choice: RawRepresentable<String>>(
    _ name: String, of description: SignalValue
  ) throws -> Choice? {
    guard let value = description[name]?.string else { return nil }
    guard let choice = Choice(rawValue: value) else { throw ConformanceError(name: name) }
    return choice
  }
}

/// Says which name of a case's input is missing or has a value that the protocol does not know.
struct ConformanceError: Error, Equatable {
  /// The name as it stands in the input.
  let name: String

  /// Names what is wrong in the input.
  init(name: String) { self.name = name }
}
