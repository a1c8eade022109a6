/// Finds out what a template's names mean for one type of view, so that nothing is looked up while rendering.
struct Binder {
  /// How deep partials may be nested; a partial that includes itself runs into it.
  private static let partialLimit = 32

  let templates: Templates
  /// Flags whose sections are there or not for good.
  let constants: [String: Bool]
  /// Whether a name that nobody offers is shown as nothing, as Mustache has it. The application is never lenient.
  let isLenient: Bool
  /// The views on the stack, the innermost last.
  private var stack: [Names]
  private var partialDepth = 0

  init(_ templates: Templates, root: Names, constants: [String: Bool], isLenient: Bool) {
    self.templates = templates
    self.constants = constants
    self.isLenient = isLenient
    stack = [root]
  }

  func bind(_ syntax: Syntax, into program: inout Program) throws(TemplateError) {
    for node in syntax.nodes { try bind(node, of: syntax, into: &program) }
  }

  private func bind(_ node: Syntax.Node, of syntax: Syntax, into program: inout Program) throws(TemplateError) {
    switch node {
    case .text(let bytes):
      program.append(bytes)
    case .variable(let name):
      guard let (view, field) = try find(name, syntax.file) else { return }
      switch field {
      case .text(let get): program.append(text: get, of: view)
      case .integer(let get): program.append(integer: get, of: view)
      case .html: throw mismatch(name, "is HTML: show it with {{{\(name.text)}}}", syntax)
      case .flag, .section: throw mismatch(name, "is not a text: use it as a section", syntax)
      }
    case .raw(let name):
      guard let (view, field) = try find(name, syntax.file) else { return }
      guard case .html(let get) = field else {
        throw mismatch(name, "is not HTML: show it escaped, with {{\(name.text)}}", syntax)
      }
      program.append(html: get, of: view)
    case .section(let name, let inverted, let nodes):
      try bindSection(name, inverted: inverted, Syntax(file: syntax.file, nodes: nodes), into: &program)
    case .partial(let name, let indentation, let line):
      try bindPartial(name, indentation, at: line, of: syntax, into: &program)
    }
  }

  private func bindSection(
    _ name: Syntax.Name, inverted: Bool, _ body: Syntax, into program: inout Program
  ) throws(TemplateError) {
    if let constant = constant(name) {
      if constant != inverted { try bind(body, into: &program) }
      return
    }
    guard let (view, field) = try find(name, body.file) else {
      if inverted { try bind(body, into: &program) }
      return
    }
    switch field {
    case .flag(let holds):
      try program.append(condition: holds, wanted: !inverted, of: view) { program throws(TemplateError) in
        try bind(body, into: &program)
      }
    case .text(let get):
      try bindSection(Field.Section(text: get), of: view, inverted: inverted, body, into: &program)
    case .section(let section):
      try bindSection(section, of: view, inverted: inverted, body, into: &program)
    case .integer, .html:
      throw mismatch(name, "cannot be a section: offer a flag for it", body)
    }
  }

  private func bindSection(
    _ section: Field.Section, of view: Int, inverted: Bool, _ body: Syntax, into program: inout Program
  ) throws(TemplateError) {
    if inverted {
      try program.append(condition: section.isEmpty, wanted: true, of: view) { program throws(TemplateError) in
        try bind(body, into: &program)
      }
    } else {
      let inside = inside(section.names())
      try program.append(section: section, of: view, inner: stack.count) { program throws(TemplateError) in
        try inside.bind(body, into: &program)
      }
    }
  }

  private func bindPartial(
    _ name: String, _ indentation: [UInt8], at line: Int, of syntax: Syntax, into program: inout Program
  ) throws(TemplateError) {
    guard let source = templates.sources[name] else {
      if isLenient { return }
      throw TemplateError(
        file: syntax.file, line: line,
        reason: "there is no partial \(name); there are \(templates.names.joined(separator: ", "))")
    }
    guard partialDepth < Self.partialLimit else {
      if isLenient { return }
      throw TemplateError(
        file: syntax.file, line: line, reason: "partials are nested more than \(Self.partialLimit) deep here")
    }
    var binder = self
    binder.partialDepth += 1
    let partial = try Parser.parse(source, file: templates.file(name), indentation: indentation)
    try binder.bind(partial, into: &program)
  }

  private func inside(_ names: Names) -> Binder {
    var binder = self
    binder.stack.append(names)
    return binder
  }

  private func mismatch(_ name: Syntax.Name, _ reason: String, _ syntax: Syntax) -> TemplateError {
    TemplateError(file: syntax.file, line: name.line, reason: "\"\(name.text)\" \(reason)")
  }
}

// MARK: - Looking names up

extension Binder {
  /// The value of a constant, unless a view on the stack has taken its name.
  private func constant(_ name: Syntax.Name) -> Bool? {
    guard name.path.count == 1, let constant = constants[name.path[0]] else { return nil }
    return stack.contains { $0[name.path[0]] != nil } ? nil : constant
  }

  /// The field of the innermost view that offers the name, and that view's place on the stack.
  private func find(_ name: Syntax.Name, _ file: String) throws(TemplateError) -> (view: Int, field: Field)? {
    let first = name.path[0]
    for (view, names) in stack.enumerated().reversed() {
      guard var field = names[first] else { continue }
      var owner = names
      for part in name.path.dropFirst() {
        guard case .section(let section) = field else { return try missing(part, in: [owner], name, file) }
        owner = section.names()
        guard let inner = owner[part] else { return try missing(part, in: [owner], name, file) }
        field = section.field(inner)
      }
      return (view, field)
    }
    return try missing(first, in: stack.reversed(), name, file)
  }

  private func missing(
    _ part: String, in views: [Names], _ name: Syntax.Name, _ file: String
  ) throws(TemplateError) -> (view: Int, field: Field)? {
    if isLenient { return nil }
    let offers = views.map { "\($0.type) offers \($0.fields.map(\.name).joined(separator: ", "))" }
    throw TemplateError(
      file: file, line: name.line, reason: "there is no name \"\(part)\" here; " + offers.joined(separator: "; "))
  }
}
