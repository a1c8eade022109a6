/// Header fields in the order they came; names are compared without regard to case (RFC 9110, section 5).
public struct Headers: Sendable, Sequence, ExpressibleByDictionaryLiteral {
  private(set) var fields: [(name: String, value: String)]

  /// Creates fields from pairs, in their order.
  public init(dictionaryLiteral elements: (String, String)...) {
    fields = elements.map { (name: $0.0, value: $0.1) }
  }

  init(fields: [(name: String, value: String)]) {
    self.fields = fields
  }

  /// Returns all fields in their order.
  public func makeIterator() -> IndexingIterator<[(name: String, value: String)]> { fields.makeIterator() }

  /// The first field of that name; setting replaces all of that name, setting nil removes them.
  public subscript(name: String) -> String? {
    get { fields.first { $0.name.equalsIgnoringCase(name) }?.value }
    set {
      fields.removeAll { $0.name.equalsIgnoringCase(name) }
      if let newValue { fields.append((name: name, value: newValue)) }
    }
  }

  /// Returns the values of all fields of that name, in their order.
  public func values(of name: String) -> [String] {
    fields.compactMap { $0.name.equalsIgnoringCase(name) ? $0.value : nil }
  }

  /// Adds a field, whether there is one of that name or not: `Set-Cookie` for one may be there several times.
  public mutating func add(_ name: String, _ value: String) {
    fields.append((name: name, value: value))
  }

  /// All fields of that name, joined by commas, as if they had been sent in one line; nil where there is none.
  public func combined(_ name: String) -> String? {
    let values = values(of: name)
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }
}

extension String {
  /// Whether two ASCII tokens are the same but for case.
  func equalsIgnoringCase(_ other: String) -> Bool {
    utf8.count == other.utf8.count && zip(utf8, other.utf8).allSatisfy { $0.asciiLowercased == $1.asciiLowercased }
  }
}

extension UInt8 {
  var asciiLowercased: UInt8 {
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self ? self | 0x20 : self
  }
}
