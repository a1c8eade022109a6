extension ServerSentEvent {
  /// The event as it goes over the wire: UTF-8, each line ended by LF, the whole by an empty line.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    // What it takes and no more: long buffers beyond what was freed before come from the kernel, cleared page by page.
    bytes.reserveCapacity(data.reduce(128) { $0 + $1.size })
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
}

extension Duration {
  fileprivate var wireMilliseconds: Int64 {
    let (seconds, attoseconds) = min(max(self, .zero), .milliseconds(Int32.max)).components
    return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
  }
}
