/// Runs a script in the page, by appending a script element to its body.
///
/// Foreign text goes into a script only through ``stringLiteral(_:)``.
///
/// Source: Datastar SDK ADR, "ExecuteScript".
public struct ExecuteScript: DatastarEvent, Equatable {
  /// The JavaScript (or JSON, where an attribute says so), on any number of lines.
  public let script: String

  /// Whether the script element is removed once it has run.
  public let autoRemove: Bool

  /// The attributes of the script element, in their order.
  public let attributes: [ScriptAttribute]

  private let html: [UInt8]

  /// Creates an event that runs `script`.
  ///
  /// `</script` would end the element early and is written as `<\/script`, which means the same in a string of
  /// JavaScript or JSON, a template literal (but one tagged `String.raw`) and a comment. Elsewhere no script in HTML can
  /// have it.
  ///
  /// - Throws: ``EventError/unclosableScript`` if `<!--` is followed by `<script`; write the `<` as `\u003C` there.
  ///   ``EventError/duplicateAttribute(_:)`` if a name stands twice, `data-effect` beside `autoRemove` included.
  public init(_ script: String, autoRemove: Bool = true, attributes: [ScriptAttribute] = []) throws(EventError) {
    self.script = script
    self.autoRemove = autoRemove
    self.attributes = attributes
    html = try Self.render(script, attributes: attributes + (autoRemove ? [try Self.removal] : []))
  }

  /// The type on the event's first line.
  public var type: EventType { .patchElements }

  /// The data lines, with what the protocol has as its default left out.
  public var data: [DataField] {
    PatchElements(utf8: html, selector: "body", mode: .append).data
  }

  private static var removal: ScriptAttribute {
    get throws(EventError) { try ScriptAttribute("data-effect", "el.remove()") }
  }

  private static func render(_ script: String, attributes: [ScriptAttribute]) throws(EventError) -> [UInt8] {
    var names: Set<String> = []
    var html = Array("<script".utf8)
    for attribute in attributes {
      guard names.insert(attribute.name.lowercased()).inserted else { throw .duplicateAttribute(attribute.name) }
      attribute.write(into: &html)
    }
    html.append(UInt8(ascii: ">"))
    html.append(contentsOf: try ScriptText.escaped(script))
    html.append(contentsOf: "</script>".utf8)
    return html
  }
}
