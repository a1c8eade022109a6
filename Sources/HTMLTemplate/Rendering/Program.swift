/// A template that has been bound: a flat list of instructions, each of which appends bytes or jumps.
///
/// Rendering is what this project does most. Instructions hold numbers alone, all literal bytes stand in one array, and
/// views are reached by pointers, so that a step costs no reference counting but that of the value it shows.
struct Program: Sendable {
  private(set) var instructions: [Instruction] = []
  private var literals: [UInt8] = []
  private var texts: [@Sendable (ViewPointer) -> String?] = []
  private var integers: [@Sendable (ViewPointer) -> Int64] = []
  private var fragments: [@Sendable (ViewPointer) -> HTML] = []
  private var conditions: [@Sendable (ViewPointer) -> Bool] = []
  private var sections: [Field.Section] = []
  /// Where the last condition or section goes on.
  private var lastJumpEnd = 0
  /// How many views are on the stack where most are.
  private var depth = 1

  /// `view` counts from the outermost view; `field` and `end` are places in the arrays above.
  enum Instruction {
    case literal(start: Int, end: Int)
    case text(view: Int, field: Int)
    case integer(view: Int, field: Int)
    case html(view: Int, field: Int)
    /// Goes on at `end` unless the condition is as it is wanted.
    case condition(view: Int, field: Int, wanted: Bool, end: Int)
    /// Runs what stands before `end` for each view of the section, which is put on the stack at `inner`.
    case section(view: Int, field: Int, inner: Int, end: Int)
  }
}

// MARK: - Building

extension Program {
  mutating func append(_ bytes: [UInt8]) {
    let start = literals.count
    literals += bytes
    // Behind a jump's end a new instruction has to begin.
    if instructions.count > lastJumpEnd, case .literal(let earlier, let end)? = instructions.last, end == start {
      instructions[instructions.count - 1] = .literal(start: earlier, end: literals.count)
    } else {
      instructions.append(.literal(start: start, end: literals.count))
    }
  }

  mutating func append(text get: @escaping @Sendable (ViewPointer) -> String?, of view: Int) {
    texts.append(get)
    instructions.append(.text(view: view, field: texts.count - 1))
  }

  mutating func append(integer get: @escaping @Sendable (ViewPointer) -> Int64, of view: Int) {
    integers.append(get)
    instructions.append(.integer(view: view, field: integers.count - 1))
  }

  mutating func append(html get: @escaping @Sendable (ViewPointer) -> HTML, of view: Int) {
    fragments.append(get)
    instructions.append(.html(view: view, field: fragments.count - 1))
  }

  mutating func append(
    condition holds: @escaping @Sendable (ViewPointer) -> Bool, wanted: Bool, of view: Int,
    body: (inout Program) throws(TemplateError) -> Void
  ) throws(TemplateError) {
    conditions.append(holds)
    let (place, field) = (instructions.count, conditions.count - 1)
    instructions.append(.condition(view: view, field: field, wanted: wanted, end: 0))
    try body(&self)
    instructions[place] = .condition(view: view, field: field, wanted: wanted, end: instructions.count)
    lastJumpEnd = instructions.count
  }

  mutating func append(
    section: Field.Section, of view: Int, inner: Int, body: (inout Program) throws(TemplateError) -> Void
  ) throws(TemplateError) {
    sections.append(section)
    depth = max(depth, inner + 1)
    let (place, field) = (instructions.count, sections.count - 1)
    instructions.append(.section(view: view, field: field, inner: inner, end: 0))
    try body(&self)
    instructions[place] = .section(view: view, field: field, inner: inner, end: instructions.count)
    lastJumpEnd = instructions.count
  }
}

// MARK: - Rendering

extension Program {
  /// Appends what the program makes of a view, whose type is the one that it was bound to.
  func render(_ view: ViewPointer, into bytes: inout [UInt8]) {
    withUnsafeTemporaryAllocation(of: ViewPointer.self, capacity: depth) { views in
      views.initialize(repeating: view)
      literals.withUnsafeBufferPointer { literals in
        instructions.withUnsafeBufferPointer { instructions in
          let memory = Memory(instructions: instructions, literals: literals, views: views)
          run(0..<instructions.count, memory, into: &bytes)
        }
      }
    }
  }

  /// What one rendering reads from, held for as long as it takes.
  private struct Memory {
    let instructions: UnsafeBufferPointer<Instruction>
    let literals: UnsafeBufferPointer<UInt8>
    /// The views on the stack, the outermost first.
    let views: UnsafeMutableBufferPointer<ViewPointer>
  }

  private func run(_ range: Range<Int>, _ memory: Memory, into bytes: inout [UInt8]) {
    let views = memory.views
    var next = range.lowerBound
    while next < range.upperBound {
      let instruction = memory.instructions[next]
      next += 1
      switch instruction {
      case .literal(let start, let end):
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: memory.literals[start..<end]))
      case .text(let view, let field):
        if let text = texts[field](views[view]) { HTMLEscaping.append(text, to: &bytes) }
      case .integer(let view, let field):
        Self.append(integers[field](views[view]), to: &bytes)
      case .html(let view, let field):
        bytes.append(contentsOf: fragments[field](views[view]).bytes)
      case .condition(let view, let field, let wanted, let end):
        if conditions[field](views[view]) != wanted { next = end }
      case .section(let view, let field, let inner, let end):
        sections[field].forEach(views[view]) { row in
          views[inner] = row
          run(next..<end, memory, into: &bytes)
        }
        next = end
      }
    }
  }

  /// Appends decimal digits without making a string of them.
  private static func append(_ number: Int64, to bytes: inout [UInt8]) {
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var (start, rest) = (digits.count, number.magnitude)
      repeat {
        start -= 1
        digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
    }
  }
}
