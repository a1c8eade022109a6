/// The two event types of the protocol; everything else it can do is one of these.
///
/// Source: Datastar SDK ADR, "EventType".
public enum EventType: String, Sendable, CaseIterable {
  /// Patches HTML elements into the page.
  case patchElements = "datastar-patch-elements"
  /// Patches signals into the page's signal store.
  case patchSignals = "datastar-patch-signals"
}
