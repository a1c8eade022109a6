import Datastar
import DatastarLocking

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
  /// What goes over the wire: whole server-sent events, in UTF-8.
  public var bytes: [UInt8] { payload.bytes }
  /// The id of the state that is shown, by which a client that comes back says what it has; nil where there is none.
  public var eventID: EventID? { payload.version?.eventID }
  private let form = Locked<AnyObject?>(nil)

  /// Creates a frame that no stream has seen.
  public init(_ payload: Payload) {
    id = Self.ids.next()
    self.payload = payload
  }

  private static let ids = IDGenerator()

  /// Changes nothing: keeps proxies from closing an idle stream, finds clients that have gone without a word, and lets a
  /// page notice that its line has died, which a comment would not reach.
  package static let heartbeat = Frame(Payload(ServerSentEvent(PatchSignals([:])).bytes))

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
