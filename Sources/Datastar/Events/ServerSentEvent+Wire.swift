extension ServerSentEvent {
  /// The event as it goes over the wire: UTF-8, each line ended by LF, the whole by an empty line.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(expectedSize)
    write(into: &bytes)
    return bytes
  }

  /// Appends the event as it goes over the wire to `output`.
  ///
  /// The lines come in the protocol's order: `event`, `id`, `retry`, `data`. Values are copied byte for byte, except
  /// that each of their line ends becomes the beginning of a new `data` line.
  public func write(into output: inout [UInt8]) {
    output.append(contentsOf: "event: \(type.rawValue)\n".utf8)
    if let eventID {
      output.append(contentsOf: "id: \(eventID.value)\n".utf8)
    }
    if let milliseconds = retryDuration?.wireMilliseconds, milliseconds != Self.defaultRetryDuration.wireMilliseconds {
      output.append(contentsOf: "retry: \(milliseconds)\n".utf8)
    }
    for field in data {
      field.write(into: &output)
    }
    output.append(.lineFeed)
  }

  /// About what the event takes: its values, and an eighth for the prefixes of lines of 100 characters.
  private var expectedSize: Int {
    data.reduce(256) { size, field in size + field.value.count + field.value.count / 8 }
  }
}

extension Duration {
  fileprivate var wireMilliseconds: Int64 {
    let (seconds, attoseconds) = min(max(self, .zero), .milliseconds(Int32.max)).components
    return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
  }
}
