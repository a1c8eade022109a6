import Datastar
import LibeventHTTP

/// Responses that are one patch, and no event stream: the client reads what they do out of header fields.
///
/// Source: Datastar's reference, "Actions", "Response Handling".
extension Response {
  /// Returns HTML elements that the Datastar client puts into the page.
  ///
  /// ```swift
  /// return .elements("<li id=\"todo-\(id)\">\(HTML(escaping: title))</li>", selector: "#todos", mode: .append)
  /// ```
  ///
  /// - Parameters:
  ///   - elements: whole HTML elements, sent as they are: what comes from people is escaped where they are made, by
  ///     HTMLTemplate's `HTML(escaping:)` for one.
  ///   - selector: the target; nil takes each outermost element's own `id`.
  ///   - mode: how the elements are put into the page.
  ///   - namespace: of new elements, where they stand inside an `<svg>` or `<math>` of the page.
  ///   - useViewTransition: whether the patch runs as a view transition, where the browser has them.
  public static func elements(
    _ elements: String, selector: CSSSelector? = nil, mode: ElementPatchMode = .outer,
    namespace: ElementNamespace = .html, useViewTransition: Bool = false
  ) -> Response {
    .elements(
      elements.utf8, selector: selector, mode: mode, namespace: namespace, useViewTransition: useViewTransition)
  }

  /// Returns HTML elements that the Datastar client puts into the page: bytes of UTF-8, such as what a template has
  /// rendered.
  public static func elements(
    _ elements: some Sequence<UInt8>, selector: CSSSelector? = nil, mode: ElementPatchMode = .outer,
    namespace: ElementNamespace = .html, useViewTransition: Bool = false
  ) -> Response {
    var headers: Headers = ["Content-Type": "text/html; charset=utf-8"]
    headers["datastar-selector"] = selector?.ascii
    if mode != .outer { headers["datastar-mode"] = mode.rawValue }
    if namespace != .html { headers["datastar-namespace"] = namespace.rawValue }
    if useViewTransition { headers["datastar-use-view-transition"] = "true" }
    return Response(headers: headers, body: Array(elements))
  }

  /// Returns signals that the Datastar client sets to values of any types that can be signals.
  ///
  /// ```swift
  /// return .signals(["count": todos.count, "title": title])
  /// ```
  ///
  /// - Parameters:
  ///   - signals: the values by their names; `null` removes a signal.
  ///   - onlyIfMissing: whether signals that the page has already are left alone.
  public static func signals(
    _ signals: KeyValuePairs<String, any SignalConvertible>, onlyIfMissing: Bool = false
  ) -> Response {
    .signals(SignalObject(signals), onlyIfMissing: onlyIfMissing)
  }

  /// Returns signals that the Datastar client sets to values of JSON.
  @_disfavoredOverload
  public static func signals(_ signals: SignalObject, onlyIfMissing: Bool = false) -> Response {
    response(of: PatchSignals(signals, onlyIfMissing: onlyIfMissing))
  }

  /// Returns signals that the Datastar client sets to what a value of yours encodes to.
  ///
  /// - Throws: `EventError.notEncodable` if the value fails to encode, or encodes to something else than an object.
  @_disfavoredOverload
  public static func signals(
    _ signals: some Encodable, onlyIfMissing: Bool = false
  ) throws(EventError) -> Response {
    response(of: try PatchSignals(encoding: signals, onlyIfMissing: onlyIfMissing))
  }

  private static func response(of patch: PatchSignals) -> Response {
    var headers: Headers = ["Content-Type": "application/json"]
    if patch.onlyIfMissing { headers["datastar-only-if-missing"] = "true" }
    return Response(headers: headers, body: patch.json)
  }
}

extension CSSSelector {
  /// The selector in visible ASCII, with the escapes of CSS: browsers read a header field as Latin-1.
  fileprivate var ascii: String {
    var text = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case " "..."~": text.unicodeScalars.append(scalar)
      case "\t", "\u{C}": text += " "
      default: text += "\\\(String(scalar.value, radix: 16)) "
      }
    }
    return text
  }
}
