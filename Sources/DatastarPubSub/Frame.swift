import Locking

/// One payload on its way to the streams of this process, which all share it by reference.
///
/// A transport that needs the payload in another form, say compressed, makes that form once and keeps it here.
public final class Frame: Sendable {
  /// What was published.
  public let payload: Payload
  private let form = Locked<(any Sendable)?>(nil)

  /// Makes a frame that no stream has seen.
  public init(_ payload: Payload) {
    self.payload = payload
  }

  /// The transport's form of the payload, made by the first call and answered to all later ones.
  ///
  /// All callers have to ask for the same type.
  public func form<Form: Sendable>(orMake make: (Payload) -> Form) -> Form {
    form.withLock { form in
      if let form = form as? Form { return form }
      let made = make(payload)
      form = made
      return made
    }
  }
}
