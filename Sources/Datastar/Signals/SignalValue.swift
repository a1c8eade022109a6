/// A signal's value: a JSON value with the properties of one in JavaScript.
public enum SignalValue: Sendable, Equatable {
  /// An object.
  case object(SignalObject)
  /// An array.
  case array([SignalValue])
  /// A string.
  case string(String)
  /// A number, which JavaScript has as a double: whole numbers are exact up to 2⁵³. Not finite is written as `null`.
  case number(Double)
  /// A truth value.
  case bool(Bool)
  /// `null`; in a patch, the removal of a signal.
  case null
}

extension SignalValue {
  /// The object, or `nil` if this is something else.
  public var object: SignalObject? {
    if case .object(let object) = self { object } else { nil }
  }

  /// The array, or `nil` if this is something else.
  public var array: [SignalValue]? {
    if case .array(let array) = self { array } else { nil }
  }

  /// The string, or `nil` if this is something else; numbers are not converted.
  public var string: String? {
    if case .string(let string) = self { string } else { nil }
  }

  /// The number, or `nil` if this is something else; strings are not converted.
  public var number: Double? {
    if case .number(let number) = self { number } else { nil }
  }

  /// The number, or `nil` if this is something else, has a fraction or does not fit.
  public var integer: Int? {
    number.flatMap(Int.init(exactly:))
  }

  /// The truth value, or `nil` if this is something else; nothing is converted.
  public var bool: Bool? {
    if case .bool(let bool) = self { bool } else { nil }
  }

  /// The value of a name, or `nil` if there is none or this is not an object.
  public subscript(name: String) -> SignalValue? {
    object?[name]
  }
}

// There is no literal for `null`: with one, `value == nil` could mean either of two things.
extension SignalValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// Creates a string.
  public init(stringLiteral value: String) { self = .string(value) }

  /// Creates a number.
  public init(integerLiteral value: Int) { self = .number(Double(value)) }

  /// Creates a number.
  public init(floatLiteral value: Double) { self = .number(value) }

  /// Creates a truth value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }

  /// Creates an array.
  public init(arrayLiteral elements: SignalValue...) { self = .array(elements) }

  /// Creates an object; a later duplicate of a name wins.
  public init(dictionaryLiteral elements: (String, SignalValue)...) { self = .object(SignalObject(elements)) }
}
