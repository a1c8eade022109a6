/// Puts HTML elements into the page.
///
/// ```swift
/// PatchElements("<li>Milk</li>", selector: "#todos", mode: .append)
/// ```
///
/// The HTML is sent as it is: escaping is done where it is made. Its bytes are shared, not copied, until the event is
/// written.
///
/// Source: Datastar SDK ADR, "PatchElements".
public struct PatchElements: DatastarEvent, Equatable {
  /// Whole HTML elements as UTF-8; empty with ``ElementPatchMode/remove``, or to empty a target.
  public var elements: [UInt8]

  /// The target; `nil` takes each outermost element's own `id`.
  public var selector: CSSSelector?

  /// How the elements are put into the page.
  public var mode: ElementPatchMode

  /// The namespace of new elements.
  public var namespace: ElementNamespace

  /// Whether the patch runs as a view transition, where the browser has them.
  public var useViewTransition: Bool

  /// The element that the view transition is limited to; sent only with ``useViewTransition``.
  public var viewTransitionSelector: CSSSelector?

  /// Creates a patch of rendered bytes.
  ///
  /// - Parameters:
  ///   - elements: UTF-8. Not checked: in a browser wrong bytes become U+FFFD, and change nothing else.
  ///   - selector: the elements that are patched; nil for those that have the ids of `elements`.
  ///   - mode: what is done with them.
  ///   - namespace: of what kind the elements are.
  ///   - useViewTransition: whether the patch runs as a view transition, where the browser has them.
  ///   - viewTransitionSelector: the element that the view transition is limited to.
  public init(
    utf8 elements: [UInt8],
    selector: CSSSelector? = nil,
    mode: ElementPatchMode = .outer,
    namespace: ElementNamespace = .html,
    useViewTransition: Bool = false,
    viewTransitionSelector: CSSSelector? = nil
  ) {
    self.elements = elements
    self.selector = selector
    self.mode = mode
    self.namespace = namespace
    self.useViewTransition = useViewTransition
    self.viewTransitionSelector = viewTransitionSelector
  }

  /// Creates a patch of text.
  public init(
    _ elements: String,
    selector: CSSSelector? = nil,
    mode: ElementPatchMode = .outer,
    namespace: ElementNamespace = .html,
    useViewTransition: Bool = false,
    viewTransitionSelector: CSSSelector? = nil
  ) {
    self.init(
      utf8: Array(elements.utf8), selector: selector, mode: mode, namespace: namespace,
      useViewTransition: useViewTransition, viewTransitionSelector: viewTransitionSelector)
  }

  /// Creates a patch that removes every element that `selector` matches.
  public static func removing(_ selector: CSSSelector, useViewTransition: Bool = false) -> PatchElements {
    PatchElements(utf8: [], selector: selector, mode: .remove, useViewTransition: useViewTransition)
  }

  /// The type on the event's first line.
  public var type: EventType { .patchElements }

  /// The data lines, with what the protocol has as its default left out.
  public var data: [DataField] {
    var data: [DataField] = []
    if let selector { data.append(DataField(.selector, selector.value)) }
    if mode != .outer { data.append(DataField(.mode, mode.rawValue)) }
    if useViewTransition {
      data.append(DataField(.useViewTransition, "true"))
      if let viewTransitionSelector { data.append(DataField(.viewTransitionSelector, viewTransitionSelector.value)) }
    }
    if namespace != .html { data.append(DataField(.namespace, namespace.rawValue)) }
    if !elements.isEmpty { data.append(DataField(.elements, elements)) }
    return data
  }
}
