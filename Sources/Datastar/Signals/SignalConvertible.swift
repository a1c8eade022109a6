/// A type whose values can be signals.
///
/// ```swift
/// sse.patchSignals(["count": todos.count, "title": title, "isOn": isOn])
/// ```
///
/// Texts, numbers, truth values, arrays and dictionaries of these are, and optionals, where nil is `null`. An enumeration
/// of any of these needs only to say so: `enum Filter: String, SignalConvertible { … }`.
public protocol SignalConvertible {
  /// The value as a signal.
  var signalValue: SignalValue { get }
}

extension SignalValue: SignalConvertible {
  /// The value itself.
  public var signalValue: SignalValue { self }
}

extension SignalObject: SignalConvertible {
  /// An object.
  public var signalValue: SignalValue { .object(self) }
}

extension String: SignalConvertible {
  /// A string.
  public var signalValue: SignalValue { .string(self) }
}

extension Substring: SignalConvertible {
  /// A string.
  public var signalValue: SignalValue { .string(String(self)) }
}

extension Bool: SignalConvertible {
  /// A truth value.
  public var signalValue: SignalValue { .bool(self) }
}

extension Double: SignalConvertible {
  /// A number.
  public var signalValue: SignalValue { .number(self) }
}

extension Float: SignalConvertible {
  /// A number.
  public var signalValue: SignalValue { .number(Double(self)) }
}

extension SignalConvertible where Self: BinaryInteger {
  /// A number: beyond 2⁵³ the nearest double, as in JavaScript.
  public var signalValue: SignalValue { .number(Double(self)) }
}

extension Int: SignalConvertible {}
extension Int8: SignalConvertible {}
extension Int16: SignalConvertible {}
extension Int32: SignalConvertible {}
extension Int64: SignalConvertible {}
extension UInt: SignalConvertible {}
extension UInt8: SignalConvertible {}
extension UInt16: SignalConvertible {}
extension UInt32: SignalConvertible {}
extension UInt64: SignalConvertible {}

extension Optional: SignalConvertible where Wrapped: SignalConvertible {
  /// The value, or `null`, which removes a signal.
  public var signalValue: SignalValue { self?.signalValue ?? .null }
}

extension Array: SignalConvertible where Element: SignalConvertible {
  /// An array.
  public var signalValue: SignalValue { .array(map(\.signalValue)) }
}

extension Dictionary: SignalConvertible where Key == String, Value: SignalConvertible {
  /// An object, its names sorted.
  public var signalValue: SignalValue {
    .object(SignalObject(sorted { $0.key < $1.key }.map { ($0.key, $0.value.signalValue) }))
  }
}

extension SignalConvertible where Self: RawRepresentable, RawValue: SignalConvertible {
  /// The raw value.
  public var signalValue: SignalValue { rawValue.signalValue }
}
