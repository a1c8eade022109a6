import Locking

/// One payload on its way to the streams of this process, which all share it by reference.
///
/// A transport that needs the payload in another form, say compressed, makes that form once and keeps it here.
public final class Frame: Sendable {
  /// Names a frame; unique in the process.
  public typealias ID = UInt64

  /// The frame's name.
  public let id: ID
  /// What was published.
  public let payload: Payload
  /// The frame that most streams of the topic have been sent before this one, if it is known.
  public let previous: Previous?
  private let form = Locked<AnyObject?>(nil)

  /// The frame before another one on its topic.
  public struct Previous: Sendable {
    /// Its name.
    public let id: ID
    /// Its payload's events.
    public let bytes: [UInt8]
  }

  /// Creates a frame that no stream has seen.
  ///
  /// - Parameter previous: the frame that most streams have been sent last. Its bytes are kept, it itself is not.
  public init(_ payload: Payload, after previous: Frame? = nil) {
    id = Self.ids.next()
    self.payload = payload
    self.previous = previous.map { Previous(id: $0.id, bytes: $0.payload.bytes) }
  }

  private static let ids = Counter()

  /// Returns the transport's form of the frame, made by the first call.
  ///
  /// All callers have to ask for the same type.
  public func form<Form: AnyObject & Sendable>(orMake make: (Frame) -> Form) -> Form {
    form.withLock { form in
      if let form = form as? Form { return form }
      let made = make(self)
      form = made
      return made
    }
  }
}
