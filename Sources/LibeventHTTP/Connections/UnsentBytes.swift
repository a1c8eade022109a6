import DatastarLocking

/// The most bytes that wait for clients to take them in, unless they are one answer's alone.
///
/// What several clients wait for is held once, and counted once.
public struct UnsentLimits: Sendable {
  /// In all.
  public var total = 128 * 1024 * 1024
  /// Of one address. Holds for clients on this machine as far as ``ConnectionLimits/limitsLoopback`` says.
  public var perAddress = 32 * 1024 * 1024

  /// The defaults.
  public init() {}
}

/// Bounds the bytes that all of a server's loops hold because clients have not taken them in.
final class UnsentBytes: Sendable {
  private let limits: UnsentLimits
  private let limitsLoopback: Bool
  let metrics: ServerMetrics
  private let state = Locked(State())

  private struct State {
    var all = Sum()
    var ofNetwork: [String: Sum] = [:]
  }

  /// Buffers and their bytes, each counted once.
  private struct Sum {
    var bytes = 0
    /// By how many connections each buffer is held.
    var holders: [UInt: Int] = [:]

    /// How many bytes more there would be with a buffer.
    func growth(by buffer: Buffer) -> Int { holders[buffer.place] == nil ? buffer.size : 0 }

    /// Whether a buffer may be one more. One alone always may: it could not be sent at all otherwise.
    func hasRoom(for buffer: Buffer, limit: Int) -> Bool { bytes == 0 || bytes + growth(by: buffer) <= limit }

    mutating func add(_ buffer: Buffer) {
      bytes += growth(by: buffer)
      holders[buffer.place, default: 0] += 1
    }

    mutating func remove(_ buffer: Buffer) {
      let left = holders[buffer.place, default: 1] - 1
      holders[buffer.place] = left > 0 ? left : nil
      bytes -= growth(by: buffer)
    }
  }

  /// What is counted of a piece.
  private struct Buffer {
    let place: UInt
    let size: Int

    init(_ piece: Socket.Piece) { (place, size) = (piece.place, piece.count) }
  }

  init(_ configuration: ServerConfiguration) {
    limits = configuration.unsent
    limitsLoopback = configuration.connections.limitsLoopback
    metrics = ServerMetrics(configuration.metrics)
  }

  /// A piece that waits for a client; counted until nobody has this any more.
  final class Hold {
    private let unsent: UnsentBytes
    private let piece: Socket.Piece
    private let network: String

    fileprivate init(_ unsent: UnsentBytes, _ piece: Socket.Piece, _ network: String) {
      (self.unsent, self.piece, self.network) = (unsent, piece, network)
    }

    deinit { unsent.release(Buffer(piece), network) }
  }

  /// Counts what a client has not taken in; nil where more would wait than may.
  func hold(_ piece: Socket.Piece, for client: ClientAddress) -> Hold? {
    let buffer = Buffer(piece)
    let isHeld = state.withLock { state in
      guard hasRoom(for: buffer, client, state) else { return false }
      let growth = state.all.growth(by: buffer)
      state.all.add(buffer)
      state.ofNetwork[client.network, default: Sum()].add(buffer)
      metrics.unsentBytes.increment(by: Double(growth))
      return true
    }
    guard isHeld else {
      metrics.unsentRefusals.increment()
      return nil
    }
    return Hold(self, piece, client.network)
  }

  /// Refuses an answer of which more could have to wait than may, before any of it has been sent.
  ///
  /// - Throws: 503.
  func check(_ piece: Socket.Piece, for client: ClientAddress) throws(HTTPError) {
    guard !state.withLock({ hasRoom(for: Buffer(piece), client, $0) }) else { return }
    metrics.unsentRefusals.increment()
    throw HTTPError(
      .serviceUnavailable, "too many answers wait to be taken in; read those, or try again in a moment", retryAfter: 1)
  }

  private func hasRoom(for buffer: Buffer, _ client: ClientAddress, _ state: State) -> Bool {
    guard state.all.hasRoom(for: buffer, limit: limits.total) else { return false }
    if client.isLoopback && !limitsLoopback { return true }
    return state.ofNetwork[client.network]?.hasRoom(for: buffer, limit: limits.perAddress) ?? true
  }

  private func release(_ buffer: Buffer, _ network: String) {
    state.withLock { state in
      let before = state.all.bytes
      state.all.remove(buffer)
      state.ofNetwork[network]?.remove(buffer)
      if state.ofNetwork[network]?.holders.isEmpty == true { state.ofNetwork[network] = nil }
      metrics.unsentBytes.decrement(by: Double(before - state.all.bytes))
    }
  }
}
