/// Named signal values in the order in which their names first came.
///
/// A name has one value; the last one set wins and keeps the name's place, as in JavaScript. Names are compared as
/// Swift compares strings, where é is é however it is composed. Two objects are equal whatever their order.
public struct SignalObject: Sendable {
  /// A name and its value.
  public typealias Member = (name: String, value: SignalValue)

  /// The members in their order.
  public private(set) var members: [Member] = []

  private var indices: [String: Int] = [:]

  /// Creates an object; a later duplicate of a name wins.
  public init(_ members: [(String, SignalValue)] = []) {
    for (name, value) in members {
      set(value, for: name)
    }
  }

  /// Creates an object of values of any types that can be signals; a later duplicate of a name wins.
  ///
  /// ```swift
  /// let user = SignalObject(["name": name, "age": age, "address": SignalObject(["city": city, "number": 7])])
  /// ```
  public init(_ members: KeyValuePairs<String, any SignalConvertible>) {
    self.init(members.map { ($0.key, $0.value.signalValue) })
  }

  /// The value of a name, or `nil` if there is none.
  public subscript(name: String) -> SignalValue? {
    indices[name].map { members[$0].value }
  }

  /// Gives a name its value.
  public mutating func set(_ value: SignalValue, for name: String) {
    if let index = indices[name] {
      members[index].value = value
    } else {
      indices[name] = members.count
      members.append((name, value))
    }
  }

  /// The object as JSON: UTF-8 on one line, without spaces.
  public var json: [UInt8] {
    var json: [UInt8] = []
    JSONWriter.append(self, to: &json)
    return json
  }
}

extension SignalObject: Equatable {
  /// Whether both have the same names with equal values.
  public static func == (left: SignalObject, right: SignalObject) -> Bool {
    left.members.count == right.members.count && left.members.allSatisfy { right[$0.name] == $0.value }
  }
}

extension SignalObject: ExpressibleByDictionaryLiteral {
  /// Creates an object; a later duplicate of a name wins.
  public init(dictionaryLiteral elements: (String, SignalValue)...) { self.init(elements) }
}
