/// Puts values into the page's signals, by the rules of JSON Merge Patch.
///
/// ```swift
/// PatchSignals(["newTodo": "", "user": ["name": "Ada"]])
/// ```
///
/// Names that are not mentioned stay as they are, objects are merged, and `null` removes a signal.
///
/// Sources: Datastar SDK ADR, "PatchSignals"; RFC 7386.
public struct PatchSignals: DatastarEvent, Equatable {
  /// A JSON object as UTF-8.
  public var json: [UInt8]

  /// Whether signals that the page already has are left alone.
  public var onlyIfMissing: Bool

  /// Creates a patch of JSON bytes.
  ///
  /// - Parameters:
  ///   - json: a JSON object in UTF-8, on any number of lines. Not checked: the browser reports what it cannot read and
  ///     changes nothing.
  ///   - onlyIfMissing: whether signals that the page already has are left alone.
  public init(json: [UInt8], onlyIfMissing: Bool = false) {
    self.json = json
    self.onlyIfMissing = onlyIfMissing
  }

  /// Creates a patch of JSON text, which is not checked either.
  public init(json: String, onlyIfMissing: Bool = false) {
    self.init(json: Array(json.utf8), onlyIfMissing: onlyIfMissing)
  }

  /// Creates a patch of signal values, written on one line in their order.
  public init(_ signals: SignalObject, onlyIfMissing: Bool = false) {
    self.init(json: signals.json, onlyIfMissing: onlyIfMissing)
  }

  /// Creates a patch of a value's JSON, written on one line with its names sorted.
  ///
  /// What the value encodes is written as it is: there are no forms of dates and of bytes that are JSON's own.
  ///
  /// - Throws: ``EventError/notEncodable(reason:)`` if the value fails to encode, or encodes to something else than an
  ///   object.
  public init(encoding signals: some Encodable, onlyIfMissing: Bool = false) throws(EventError) {
    let value: SignalValue
    do {
      value = try SignalEncoder.encode(signals)
    } catch {
      throw .notEncodable(reason: String(describing: error))
    }
    guard let object = value.object else { throw .notEncodable(reason: "not an object") }
    self.init(object, onlyIfMissing: onlyIfMissing)
  }

  /// The type on the event's first line.
  public var type: EventType { .patchSignals }

  /// The data lines, with what the protocol has as its default left out.
  public var data: [DataField] {
    let signals = DataField(.signals, json)
    return onlyIfMissing ? [DataField(.onlyIfMissing, "true"), signals] : [signals]
  }
}
