/// Decodes a type out of signal values, without Foundation.
struct SignalDecoder: Decoder {
  let value: SignalValue
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  static func decode<Value: Decodable>(_ type: Value.Type, from value: SignalValue) throws -> Value {
    try SignalDecoder(value: value, codingPath: []).decode(type)
  }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try Value(from: self) }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard let object = value.object else { throw mismatch([String: Any].self) }
    return KeyedDecodingContainer(Members(object: object, decoder: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard let array = value.array else { throw mismatch([Any].self) }
    return Elements(array: array, decoder: self)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { self }

  func child(_ value: SignalValue, at key: any CodingKey) -> SignalDecoder {
    SignalDecoder(value: value, codingPath: codingPath + [key])
  }

  func mismatch(_ type: any Any.Type) -> DecodingError {
    let context = DecodingError.Context(codingPath: codingPath, debugDescription: "")
    return value == .null ? .valueNotFound(type, context) : .typeMismatch(type, context)
  }
}

// MARK: - Single values

extension SignalDecoder: SingleValueDecodingContainer {
  func decodeNil() -> Bool { value == .null }
  func decode(_ type: Bool.Type) throws -> Bool { try unwrap(value.bool) }
  func decode(_ type: String.Type) throws -> String { try unwrap(value.string) }
  func decode(_ type: Double.Type) throws -> Double { try unwrap(value.number) }
  func decode(_ type: Float.Type) throws -> Float { Float(try unwrap(value.number)) }
  func decode(_ type: Int.Type) throws -> Int { try integer() }
  func decode(_ type: Int8.Type) throws -> Int8 { try integer() }
  func decode(_ type: Int16.Type) throws -> Int16 { try integer() }
  func decode(_ type: Int32.Type) throws -> Int32 { try integer() }
  func decode(_ type: Int64.Type) throws -> Int64 { try integer() }
  func decode(_ type: UInt.Type) throws -> UInt { try integer() }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try integer() }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try integer() }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try integer() }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try integer() }

  private func unwrap<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw mismatch(Value.self) }
    return value
  }

  private func integer<Integer: FixedWidthInteger>() throws -> Integer {
    try unwrap(value.number.flatMap(Integer.init(exactly:)))
  }
}

// MARK: - Objects

private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let object: SignalObject
  let decoder: SignalDecoder

  var codingPath: [any CodingKey] { decoder.codingPath }
  var allKeys: [Key] { object.members.compactMap { Key(stringValue: $0.name) } }
  func contains(_ key: Key) -> Bool { object[key.stringValue] != nil }
  func decodeNil(forKey key: Key) throws -> Bool { try member(key).decodeNil() }
  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value { try member(key).decode(type) }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try member(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try member(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { decoder.child(object["super"] ?? .null, at: SignalKey("super")) }
  func superDecoder(forKey key: Key) throws -> any Decoder { decoder.child(object[key.stringValue] ?? .null, at: key) }

  private func member(_ key: Key) throws -> SignalDecoder {
    guard let value = object[key.stringValue] else {
      throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: ""))
    }
    return decoder.child(value, at: key)
  }
}

// MARK: - Arrays

private struct Elements: UnkeyedDecodingContainer {
  let array: [SignalValue]
  let decoder: SignalDecoder
  private(set) var currentIndex = 0

  init(array: [SignalValue], decoder: SignalDecoder) { (self.array, self.decoder) = (array, decoder) }

  var codingPath: [any CodingKey] { decoder.codingPath }
  var count: Int? { array.count }
  var isAtEnd: Bool { currentIndex == array.count }

  mutating func decodeNil() throws -> Bool {
    let isNull = try element(Any.self).decodeNil()
    if isNull { currentIndex += 1 }
    return isNull
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    defer { currentIndex += 1 }
    return try element(type).decode(type)
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    defer { currentIndex += 1 }
    return try element(type).container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    defer { currentIndex += 1 }
    return try element([Any].self).unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder {
    defer { currentIndex += 1 }
    return try element(Any.self)
  }

  private func element(_ type: any Any.Type) throws -> SignalDecoder {
    let key = SignalKey(currentIndex)
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(type, .init(codingPath: codingPath + [key], debugDescription: ""))
    }
    return decoder.child(array[currentIndex], at: key)
  }
}

/// The key of a place that no type of the user's names.
struct SignalKey: CodingKey {
  let stringValue: String
  let intValue: Int?

  init(_ name: String) { (stringValue, intValue) = (name, nil) }
  init(_ index: Int) { (stringValue, intValue) = (String(index), index) }
  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { self.init(intValue) }
}
