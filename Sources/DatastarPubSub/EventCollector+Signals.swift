import Datastar

extension EventCollector {
  /// Adds an event that sets signals to values of any types that can be signals; see `PatchSignals`.
  ///
  /// ```swift
  /// sse.patchSignals(["count": todos.count, "title": title, "isOn": isOn, "old": SignalValue.null])
  /// ```
  ///
  /// - Parameters:
  ///   - signals: the values by their names; `null` removes a signal.
  ///   - onlyIfMissing: whether signals that the page has already are left alone.
  ///   - eventID: what a client that comes back says it has had last.
  ///   - retryDuration: how long the client waits before it comes back.
  public mutating func patchSignals(
    _ signals: KeyValuePairs<String, any SignalConvertible>, onlyIfMissing: Bool = false, eventID: EventID? = nil,
    retryDuration: Duration? = nil
  ) {
    patchSignals(
      SignalObject(signals), onlyIfMissing: onlyIfMissing, eventID: eventID, retryDuration: retryDuration)
  }

  /// Adds an event that sets signals to values of JSON.
  @_disfavoredOverload
  public mutating func patchSignals(
    _ signals: SignalObject, onlyIfMissing: Bool = false, eventID: EventID? = nil, retryDuration: Duration? = nil
  ) {
    add(PatchSignals(signals, onlyIfMissing: onlyIfMissing), eventID: eventID, retryDuration: retryDuration)
  }

  /// Adds an event that sets signals to what a value of yours encodes to.
  ///
  /// - Throws: `EventError.notEncodable` if the value fails to encode, or encodes to something else than an object.
  @_disfavoredOverload
  public mutating func patchSignals(
    _ signals: some Encodable, onlyIfMissing: Bool = false, eventID: EventID? = nil, retryDuration: Duration? = nil
  ) throws(EventError) {
    let patch = try PatchSignals(encoding: signals, onlyIfMissing: onlyIfMissing)
    add(patch, eventID: eventID, retryDuration: retryDuration)
  }

  /// Adds an event that sets signals to what JSON text says, which is not checked.
  public mutating func patchSignals(
    json: String, onlyIfMissing: Bool = false, eventID: EventID? = nil, retryDuration: Duration? = nil
  ) {
    add(PatchSignals(json: json, onlyIfMissing: onlyIfMissing), eventID: eventID, retryDuration: retryDuration)
  }

  /// Adds an event that removes signals.
  ///
  /// - Parameters:
  ///   - paths: the names on the way to each signal, joined by dots: `["count", "user.name"]`.
  ///   - eventID: what the browser says it has had last, when it comes back.
  ///   - retryDuration: how long the browser waits before it comes back.
  /// - Throws: `EventError.invalidSignalPath` for a path with an empty name, or with too many.
  public mutating func removeSignals(
    _ paths: [String], eventID: EventID? = nil, retryDuration: Duration? = nil
  ) throws(EventError) {
    add(try PatchSignals.removing(paths), eventID: eventID, retryDuration: retryDuration)
  }
}
