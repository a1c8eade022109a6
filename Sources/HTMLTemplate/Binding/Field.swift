/// A view somewhere in memory, whose type the binder knows.
@usableFromInline typealias ViewPointer = UnsafeRawPointer

/// A field with its view's type erased: it reads from a view of the type that offers it.
@usableFromInline enum Field: Sendable {
  case text(@Sendable (ViewPointer) -> String?)
  case integer(@Sendable (ViewPointer) -> Int64)
  case flag(@Sendable (ViewPointer) -> Bool)
  case html(@Sendable (ViewPointer) -> HTML)
  case section(Section)

  @usableFromInline struct Section: Sendable {
    /// The names inside the section.
    @usableFromInline let names: @Sendable () -> Names
    @usableFromInline let isEmpty: @Sendable (ViewPointer) -> Bool
    /// Calls the body with each view of the section in turn; the pointers are good inside the call only.
    @usableFromInline let forEach: @Sendable (ViewPointer, (ViewPointer) -> Void) -> Void

    /// The section over a list.
    @inlinable init<View, Row>(
      _ fields: @escaping @Sendable () -> Fields<Row>, _ get: @escaping @Sendable (View) -> [Row]
    ) {
      names = { Names(fields()) }
      isEmpty = { get($0.view(View.self).pointee).isEmpty }
      forEach = { view, body in
        get(view.view(View.self).pointee).withUnsafeBufferPointer { rows in
          for index in rows.indices { body(ViewPointer(rows.baseAddress.unsafelyUnwrapped + index)) }
        }
      }
    }

    /// The section of a text: there is one view in it, the text itself, as `{{.}}`.
    init(text get: @escaping @Sendable (ViewPointer) -> String?) {
      names = { Names(Fields<String>().text(".") { $0 }) }
      isEmpty = { get($0) == nil }
      forEach = { view, body in
        if let text = get(view) { withUnsafePointer(to: text) { body(ViewPointer($0)) } }
      }
    }

    private init(
      names: @escaping @Sendable () -> Names, isEmpty: @escaping @Sendable (ViewPointer) -> Bool,
      forEach: @escaping @Sendable (ViewPointer, (ViewPointer) -> Void) -> Void
    ) {
      (self.names, self.isEmpty, self.forEach) = (names, isEmpty, forEach)
    }

    /// A field of the one view in this section, read from where the section is: `selected.title`.
    func field(_ field: Field) -> Field {
      switch field {
      case .text(let get): return .text(read(get))
      case .integer(let get):
        let read = read(get)
        return .text { read($0).map { String($0) } }
      case .flag(let holds):
        let read = read(holds)
        return .flag { read($0) ?? false }
      case .html(let get):
        let read = read(get)
        return .html { read($0) ?? HTML(trusted: []) }
      case .section(let inner):
        let isEmpty = read(inner.isEmpty)
        return .section(
          Section(
            names: inner.names, isEmpty: { isEmpty($0) ?? true },
            forEach: { view, body in forEach(view) { inner.forEach($0, body) } }))
      }
    }

    private func read<Value>(
      _ get: @escaping @Sendable (ViewPointer) -> Value?
    ) -> @Sendable (ViewPointer) -> Value? {
      { view in
        var value: Value?
        forEach(view) { value = get($0) }
        return value
      }
    }
  }
}

extension ViewPointer {
  /// The view behind the pointer, which is read in place: to copy it would count a reference for each of its texts.
  ///
  /// The binder hands a field only pointers to views of the type that offers it.
  @inlinable func view<View>(_ type: View.Type) -> UnsafePointer<View> {
    assumingMemoryBound(to: type)
  }
}

/// The names of a type of view, for the binder and its messages.
@usableFromInline struct Names: Sendable {
  let type: String
  let fields: [(name: String, field: Field)]

  @usableFromInline init<View>(_ fields: Fields<View>) {
    type = "\(View.self)"
    self.fields = fields.table
  }

  subscript(name: String) -> Field? {
    fields.first { $0.name == name }?.field
  }
}
