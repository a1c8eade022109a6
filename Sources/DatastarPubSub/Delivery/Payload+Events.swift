import Datastar

extension Payload {
  /// Creates a snapshot of a version or, without one, a message, of the events that `build` collects.
  ///
  /// ```swift
  /// Payload(version: .init(revision: 7)) { sse in sse.patchElements(list) }
  /// ```
  ///
  /// - Throws: what `build` throws.
  public init(version: Version? = nil, _ build: (inout EventCollector) throws -> Void) rethrows {
    self.init(try EventCollector.bytes(build), version: version)
  }

  /// Creates a delta of the events that `build` collects.
  ///
  /// - Parameters:
  ///   - from: the state that the events are for.
  ///   - to: the later state that is shown when they have been read.
  ///   - build: collects the events, once.
  /// - Throws: what `build` throws.
  public init(from: Version, to: Version, _ build: (inout EventCollector) throws -> Void) rethrows {
    self.init(try EventCollector.bytes(build), from: from, to: to)
  }
}
