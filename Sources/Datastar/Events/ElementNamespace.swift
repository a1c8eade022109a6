/// Says in which namespace the browser makes new elements.
///
/// Needed only where the outermost elements of a patch stand inside an `<svg>` or `<math>` of the page; a patch that
/// brings its own `<svg>` tag is HTML.
///
/// Source: Datastar SDK ADR, "PatchElements".
public enum ElementNamespace: String, Sendable, CaseIterable {
  /// HTML. The protocol's default.
  case html
  /// SVG.
  case svg
  /// MathML.
  case mathml
}
