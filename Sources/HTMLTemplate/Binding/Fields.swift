/// What a template can show: a type that names its fields once.
///
/// ```swift
/// struct TodoRow: TemplateView {
///   let id: Int64, title: String, isCompleted: Bool
///
///   static let fields = Fields<TodoRow>()
///     .integer("id") { $0.id }
///     .text("title") { $0.title }
///     .flag("completed") { $0.isCompleted }
/// }
/// ```
public protocol TemplateView: Sendable {
  /// The names that a template may use, and where their values come from.
  static var fields: Fields<Self> { get }
}

/// The names that a type of view offers to templates.
///
/// Inlinable, so that the reading of a field is compiled for the view's own type, where the view is.
public struct Fields<View>: Sendable {
  private(set) var table: [(name: String, field: Field)] = []

  /// No names yet.
  public init() {}

  /// A text, escaped where it is shown; as a section it is there unless it is empty.
  @inlinable public func text(_ name: String, _ get: @escaping @Sendable (View) -> String) -> Fields {
    adding(
      name,
      .text { view in
        let text = get(view.view(View.self).pointee)
        return text.isEmpty ? nil : text
      })
  }

  /// A text that may be missing: shown as nothing then, and not there as a section.
  @inlinable public func optionalText(_ name: String, _ get: @escaping @Sendable (View) -> String?) -> Fields {
    adding(name, .text { get($0.view(View.self).pointee) })
  }

  /// A whole number in decimal digits.
  @inlinable public func integer(_ name: String, _ get: @escaping @Sendable (View) -> Int64) -> Fields {
    adding(name, .integer { get($0.view(View.self).pointee) })
  }

  /// A condition, for sections.
  @inlinable public func flag(_ name: String, _ get: @escaping @Sendable (View) -> Bool) -> Fields {
    adding(name, .flag { get($0.view(View.self).pointee) })
  }

  /// HTML, shown as it is by a raw tag.
  @inlinable public func html(_ name: String, _ get: @escaping @Sendable (View) -> HTML) -> Fields {
    adding(name, .html { get($0.view(View.self).pointee) })
  }

  /// A view inside this one: its names are used in its section, or with a dot. Nothing is shown where it is nil.
  @inlinable public func view<Inner: TemplateView>(
    _ name: String, _ get: @escaping @Sendable (View) -> Inner?
  ) -> Fields {
    views(name, { Inner.fields }) { view in get(view).map { [$0] } ?? [] }
  }

  /// A list of views: its section is shown once for each.
  @inlinable public func views<Row: TemplateView>(_ name: String, _ get: @escaping @Sendable (View) -> [Row]) -> Fields
  {
    views(name, { Row.fields }, get)
  }

  /// A list of views whose names are not those of their type; the names are asked for when a template is bound.
  @inlinable func views<Row>(
    _ name: String, _ fields: @escaping @Sendable () -> Fields<Row>, _ get: @escaping @Sendable (View) -> [Row]
  ) -> Fields {
    adding(name, .section(Field.Section(fields, get)))
  }

  @usableFromInline func adding(_ name: String, _ field: Field) -> Fields {
    precondition(!table.contains { $0.name == name }, "\(View.self) has two fields called \(name)")
    var copy = self
    copy.table.append((name, field))
    return copy
  }
}
