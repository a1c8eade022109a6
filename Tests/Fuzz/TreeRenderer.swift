@testable import HTMLTemplate

/// Renders a template by walking its syntax and looking every name up, as Mustache has it: slow, plain, and without the
/// jumps of the program that the templates are compiled to.
struct TreeRenderer {
  typealias View = [String: Value]

  indirect enum Value {
    case text(String?), integer(Int), flag(Bool), html(String), views([View])
  }

  let sources: [String: String]
  /// The innermost view last.
  var stack: [View]

  func render(_ template: String, indentation: [UInt8] = []) throws -> [UInt8] {
    let source = Array((sources[template] ?? "").utf8)
    return try render(Parser.parse(source, file: template, indentation: indentation).nodes)
  }

  private func render(_ nodes: [Syntax.Node]) throws -> [UInt8] {
    try nodes.flatMap { node in
      switch node {
      case .text(let bytes): bytes
      case .variable(let name), .raw(let name): shown(value(of: name.path))
      case .section(let name, let inverted, let nodes): try section(value(of: name.path), inverted, nodes)
      case .partial(let name, let indentation, _): try render(name, indentation: indentation)
      }
    }
  }

  private func section(_ value: Value?, _ isInverted: Bool, _ nodes: [Syntax.Node]) throws -> [UInt8] {
    let views: [View] =
      switch value {
      case .text(let text?): [[".": .text(text)]]
      case .flag(true): [[:]]
      case .views(let views): views
      default: []
      }
    if isInverted { return views.isEmpty ? try render(nodes) : [] }
    return try views.flatMap { try TreeRenderer(sources: sources, stack: stack + [$0]).render(nodes) }
  }

  private func shown(_ value: Value?) -> [UInt8] {
    switch value {
    case .text(let text?): HTML(escaping: text).bytes
    case .integer(let number): Array(String(number).utf8)
    case .html(let text): Array(text.utf8)
    default: []
    }
  }

  private func value(of path: [String]) -> Value? {
    var value = stack.last { $0[path[0]] != nil }?[path[0]]
    for name in path.dropFirst() {
      guard case .views(let views) = value else { return nil }
      value = views.last?[name]
    }
    return value
  }
}
