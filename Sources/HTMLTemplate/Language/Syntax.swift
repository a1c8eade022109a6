/// A template as it was parsed: what stands there, before it is known what the names mean.
struct Syntax: Sendable {
  let file: String
  let nodes: [Node]

  indirect enum Node: Sendable {
    case text([UInt8])
    case variable(Name)
    case raw(Name)
    case section(Name, inverted: Bool, [Node])
    case partial(name: String, indentation: [UInt8], line: Int)
  }

  /// A name as a tag has it, and where.
  struct Name: Sendable {
    /// The parts between the dots; the implicit iterator is one part, `.`.
    let path: [String]
    let line: Int

    var text: String { path.joined(separator: ".") }
  }
}
