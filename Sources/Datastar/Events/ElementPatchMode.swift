/// Says how elements are put into the page.
///
/// Only ``outer`` and ``inner`` morph, and so keep focus, scroll and typed text. Every mode but ``outer`` and
/// ``replace`` needs a selector: without one the client reports an error and changes nothing.
///
/// Source: Datastar SDK ADR, "ElementPatchMode".
public enum ElementPatchMode: String, Sendable, CaseIterable {
  /// Morphs the whole target element. The protocol's default.
  case outer
  /// Morphs what is inside the target element.
  case inner
  /// Replaces the target element without a morph; its state is lost.
  case replace
  /// Inserts as the first children of the target.
  case prepend
  /// Inserts as the last children of the target.
  case append
  /// Inserts before the target, as its sibling.
  case before
  /// Inserts after the target, as its sibling.
  case after
  /// Removes the target.
  case remove
}
