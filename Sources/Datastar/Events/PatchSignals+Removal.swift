extension PatchSignals {
  /// Creates a patch that removes signals.
  ///
  /// ```swift
  /// try PatchSignals.removing("one", "two.alpha")  // {"one":null,"two":{"alpha":null}}
  /// ```
  ///
  /// - Parameter paths: the names on the way to a signal, joined by dots. Where one path leads through another, the
  ///   shorter one wins, since it removes both.
  /// - Throws: ``EventError/invalidSignalPath(_:)`` for a path with an empty name, or with more names than
  ///   ``Signals/maximumDepth``.
  public static func removing(_ paths: String...) throws(EventError) -> PatchSignals {
    try removing(paths)
  }

  /// Creates a patch that removes signals, as ``removing(_:)-(String...)`` does.
  public static func removing(_ paths: [String]) throws(EventError) -> PatchSignals {
    var removals = SignalObject()
    for path in paths {
      let names = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      guard names.count <= Signals.maximumDepth, !names.contains("") else { throw .invalidSignalPath(path) }
      removals.insertNull(at: names[...])
    }
    return PatchSignals(removals)
  }
}

extension SignalObject {
  fileprivate mutating func insertNull(at path: ArraySlice<String>) {
    guard let name = path.first, self[name] != .null else { return }
    let rest = path.dropFirst()
    if rest.isEmpty {
      set(.null, for: name)
    } else {
      var inner = self[name]?.object ?? SignalObject()
      inner.insertNull(at: rest)
      set(.object(inner), for: name)
    }
  }
}
