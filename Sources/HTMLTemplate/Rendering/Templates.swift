import Foundation

/// A folder of templates, read and parsed at start.
///
/// ```swift
/// let templates = try Templates(directory: "Templates")
/// let page = try templates.bind("list", to: ListPage.self)
/// let html = page.render(ListPage(name: "groceries", rows: rows))
/// ```
///
/// The language is a part of Mustache: `{{escaped}}`, `{{{raw}}}` for values of type ``HTML`` alone, sections, inverted
/// sections, partials and comments. Binding is strict: whatever a template asks for that its view does not offer is an
/// error that names file and line, so rendering cannot fail.
public struct Templates: Sendable {
  let sources: [String: [UInt8]]

  /// Reads every `*.html` below a folder; a template's name is its path in there without the ending. Hidden files, as
  /// editors put beside those that are open, are passed over.
  ///
  /// - Throws: ``TemplateError`` for a folder that is missing, for a file that cannot be read or is not UTF-8, and for
  ///   one that cannot be parsed.
  public init(directory: String) throws(TemplateError) {
    guard let files = FileManager.default.enumerator(atPath: directory),
      FileManager.default.fileExists(atPath: directory)
    else { throw TemplateError(file: directory, line: nil, reason: "the folder of templates is missing") }
    var sources: [String: [UInt8]] = [:]
    for case let path as String in files where path.hasSuffix(".html") && !Self.isHidden(path) {
      guard let data = FileManager.default.contents(atPath: directory + "/" + path) else {
        // Where it can be read, it is no file.
        let reason = access(directory + "/" + path, R_OK) == 0 ? EISDIR : errno
        throw TemplateError(
          file: path, line: nil, reason: "the file cannot be read: \(String(cString: strerror(reason)))")
      }
      guard String(validating: data, as: UTF8.self) != nil else {
        throw TemplateError(file: path, line: nil, reason: "the file is not UTF-8: save it as that")
      }
      sources[String(path.dropLast(".html".count))] = Array(data)
    }
    try self.init(sources)
  }

  private static func isHidden(_ path: String) -> Bool {
    path.split(separator: "/").contains { $0.hasPrefix(".") }
  }

  /// The addresses below `prefix` that stand in quotes in the templates, without it.
  package func addresses(below prefix: String) -> Set<String> {
    var addresses: Set<String> = []
    for source in sources.values {
      for quoted in String(decoding: source, as: UTF8.self).split(separator: "\"") where quoted.hasPrefix(prefix) {
        addresses.insert(String(quoted.dropFirst(prefix.count)))
      }
    }
    return addresses
  }

  /// Takes templates by their names.
  ///
  /// - Throws: ``TemplateError`` for one that cannot be parsed.
  public init(sources: [String: String]) throws(TemplateError) {
    try self.init(sources.mapValues { Array($0.utf8) })
  }

  private init(_ sources: [String: [UInt8]]) throws(TemplateError) {
    self.sources = sources
    for name in names { _ = try parse(name) }
  }

  /// Makes a template ready for a type of view.
  ///
  /// - Parameters:
  ///   - name: the template's path in the folder, without `.html`.
  ///   - view: the type of what it will render.
  ///   - constants: flags that are the same in every rendering, as sections that cost nothing. A view's own name wins.
  /// - Throws: ``TemplateError`` for a template that is missing and for all that the view does not offer.
  public func bind<View: TemplateView>(
    _ name: String, to view: View.Type, constants: [String: Bool] = [:]
  ) throws(TemplateError) -> Template<View> {
    try bind(name, fields: View.fields, constants: constants, isLenient: false)
  }

  func bind<View>(
    _ name: String, fields: Fields<View>, constants: [String: Bool] = [:], isLenient: Bool
  ) throws(TemplateError) -> Template<View> {
    let binder = Binder(self, root: Names(fields), constants: constants, isLenient: isLenient)
    var program = Program()
    try binder.bind(try parse(name), into: &program)
    return Template(program: program)
  }

  var names: [String] { sources.keys.sorted() }

  func file(_ name: String) -> String { name + ".html" }

  private func parse(_ name: String) throws(TemplateError) -> Syntax {
    guard let source = sources[name] else {
      let others = names.isEmpty ? "none" : names.joined(separator: ", ")
      throw TemplateError(file: file(name), line: nil, reason: "the template is missing; there are \(others)")
    }
    return try Parser.parse(source, file: file(name))
  }
}

/// A template that shows one type of view, and cannot fail to.
public struct Template<View>: Sendable {
  let program: Program

  /// Appends the view as HTML.
  public func render(_ view: View, into bytes: inout [UInt8]) {
    withUnsafePointer(to: view) { program.render(ViewPointer($0), into: &bytes) }
  }

  /// The view as HTML.
  public func render(_ view: View) -> HTML {
    var bytes: [UInt8] = []
    render(view, into: &bytes)
    return HTML(trusted: bytes)
  }
}
