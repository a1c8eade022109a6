/// Encodes a value of any type as a signal value, without Foundation.
struct SignalEncoder: Encoder {
  let node: Node
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  static func encode(_ value: some Encodable) throws -> SignalValue {
    let node = Node()
    try value.encode(to: SignalEncoder(node: node, codingPath: []))
    return node.value
  }

  /// A value as it comes about; the containers of an encoder share it.
  final class Node {
    var scalar: SignalValue?
    private var members: [(name: String, node: Node)] = []
    private var elements: [Node]?

    /// The value, with the names of objects sorted; an object where nothing was encoded.
    var value: SignalValue {
      if let scalar { return scalar }
      if let elements { return .array(elements.map(\.value)) }
      return .object(SignalObject(members.sorted { $0.name < $1.name }.map { ($0.name, $0.node.value) }))
    }

    var count: Int { elements?.count ?? 0 }

    func becomeArray() { elements = elements ?? [] }

    func member(_ name: String) -> Node {
      let node = Node()
      members.append((name, node))
      return node
    }

    func element() -> Node {
      let node = Node()
      elements?.append(node)
      return node
    }
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(Members(encoder: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    node.becomeArray()
    return Elements(encoder: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { self }
}

// MARK: - Single values

extension SignalEncoder: SingleValueEncodingContainer {
  func encodeNil() { node.scalar = .null }
  func encode(_ value: Bool) { node.scalar = .bool(value) }
  func encode(_ value: String) { node.scalar = .string(value) }
  func encode(_ value: Float) throws { try encode(Double(value)) }
  func encode(_ value: Int) { integer(value) }
  func encode(_ value: Int8) { integer(value) }
  func encode(_ value: Int16) { integer(value) }
  func encode(_ value: Int32) { integer(value) }
  func encode(_ value: Int64) { integer(value) }
  func encode(_ value: UInt) { integer(value) }
  func encode(_ value: UInt8) { integer(value) }
  func encode(_ value: UInt16) { integer(value) }
  func encode(_ value: UInt32) { integer(value) }
  func encode(_ value: UInt64) { integer(value) }
  func encode(_ value: some Encodable) throws { try value.encode(to: self) }

  func encode(_ value: Double) throws {
    guard value.isFinite else {
      throw EncodingError.invalidValue(
        value, .init(codingPath: codingPath, debugDescription: "JSON has no number for \(value)"))
    }
    node.scalar = .number(value)
  }

  private func integer(_ value: some BinaryInteger) { node.scalar = .number(Double(value)) }
}

// MARK: - Objects

private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let encoder: SignalEncoder
  var codingPath: [any CodingKey] { encoder.codingPath }

  func encodeNil(forKey key: Key) { member(key).encodeNil() }
  func encode(_ value: some Encodable, forKey key: Key) throws { try value.encode(to: member(key)) }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    member(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { member(key).unkeyedContainer() }
  func superEncoder() -> any Encoder { member(SignalKey("super")) }
  func superEncoder(forKey key: Key) -> any Encoder { member(key) }

  private func member(_ key: any CodingKey) -> SignalEncoder {
    SignalEncoder(node: encoder.node.member(key.stringValue), codingPath: codingPath + [key])
  }
}

// MARK: - Arrays

private struct Elements: UnkeyedEncodingContainer {
  let encoder: SignalEncoder
  var codingPath: [any CodingKey] { encoder.codingPath }
  var count: Int { encoder.node.count }

  func encodeNil() { element().encodeNil() }
  func encode(_ value: some Encodable) throws { try value.encode(to: element()) }
  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
    element().container(keyedBy: type)
  }
  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { element().unkeyedContainer() }
  func superEncoder() -> any Encoder { element() }

  private func element() -> SignalEncoder {
    let key = SignalKey(count)
    return SignalEncoder(node: encoder.node.element(), codingPath: codingPath + [key])
  }
}
