/// Open streams of one loop that are written the same at the same time.
///
/// One pass over their descriptors sends it to all: whatever the number of streams, a write touches no object of any of
/// them. A stream whose client does not take all in leaves the group, and goes on alone.
///
/// Belongs to the loop of its streams: every call is on that thread.
package final class ResponseGroup {
  private var descriptors: [Int32] = []
  private var streams: [ResponseStream] = []
  private var writes = 0
  private var bytes = 0

  /// A stream's place in its group.
  struct Membership {
    let group: ResponseGroup
    var position: Int
    private var seenWrites: Int
    private let bytesBefore: Int

    init(_ group: ResponseGroup, position: Int) {
      (self.group, self.position, seenWrites, bytesBefore) = (group, position, group.writes, group.bytes)
    }

    /// How many bytes the group has been written since the stream is in it.
    var writtenBytes: Int { group.bytes - bytesBefore }

    /// Whether the group has been written since the last call.
    mutating func hasNewWrites() -> Bool {
      defer { seenWrites = group.writes }
      return seenWrites != group.writes
    }
  }

  /// Creates an empty group.
  package init() {}

  /// How many streams there are.
  package var count: Int { streams.count }

  /// Takes a stream in, which is to be open, drained and in no group.
  package func insert(_ stream: ResponseStream) {
    precondition(stream.isOpen && stream.isDrained && stream.membership == nil, "a stream has writes of its own left")
    stream.membership = Membership(self, position: streams.count)
    streams.append(stream)
    descriptors.append(stream.socket.descriptor)
  }

  /// Lets a stream go, which is to be in this group and may have been closed.
  package func remove(_ stream: ResponseStream) {
    guard let position = stream.membership?.position else { return }
    stream.dropMembership()
    // The last one takes the place that becomes free, so leaving costs the same however many stay.
    streams.swapAt(position, streams.endIndex - 1)
    descriptors.swapAt(position, descriptors.endIndex - 1)
    streams.removeLast()
    descriptors.removeLast()
    if position < streams.endIndex { streams[position].membership?.position = position }
  }

  /// Lets all streams go, each of which goes on alone and is told so as one that lags.
  package func disband() {
    for stream in streams {
      remove(stream)
      stream.onLag?()
    }
  }

  /// Sends `bytes`, which carry their framing already, to all.
  package func write(_ bytes: [UInt8]) {
    write(Socket.Piece(bytes))
  }

  /// Sends bytes that other streams are sent too, and which carry their framing already, to all.
  package func write(_ shared: SharedBytes) {
    write(Socket.Piece(shared))
  }

  private func write(_ piece: Socket.Piece) {
    writes += 1
    bytes += piece.count
    var late: [(stream: ResponseStream, sent: Int)] = []
    for position in descriptors.indices {
      let sent = piece.send(to: descriptors[position])
      if sent != piece.count { late.append((streams[position], max(sent, 0))) }
    }
    for (stream, sent) in late {
      remove(stream)
      stream.onLag?()
      stream.socket.write(piece, from: sent)
    }
  }
}
