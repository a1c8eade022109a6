#if PostgreSQL
  /// A statement's parameter, in PostgreSQL's binary format.
  enum PostgreSQLValue: Sendable {
    case int(Int64?)
    case bool(Bool?)
    case double(Double)
    case text(String?)
    case ints([Int64?])
    case bools([Bool])
    case doubles([Double])
    case texts([String?])

    /// The type's number in the table pg_type.
    var type: UInt32 {
      switch self {
      case .bool: 16
      case .int: 20
      case .text: 25
      case .double: 701
      case .bools: 1000
      case .texts: 1009
      case .ints: 1016
      case .doubles: 1022
      }
    }

    /// Appends the value's bytes. Returns how many; nil for null.
    func append(to bytes: inout [UInt8]) -> Int? {
      let start = bytes.count
      switch self {
      case .int(nil), .bool(nil), .text(nil): return nil
      case .int(let value?): bytes.append(bigEndian: value)
      case .bool(let value?): bytes.append(value ? 1 : 0)
      case .double(let value): bytes.append(bigEndian: value.bitPattern)
      case .text(let value?): bytes += value.utf8
      case .ints(let values):
        Self.begin(values.count, of: 20, in: &bytes)
        for value in values {
          bytes.append(bigEndian: Int32(value == nil ? -1 : 8))
          if let value { bytes.append(bigEndian: value) }
        }
      case .doubles(let values):
        Self.begin(values.count, of: 701, in: &bytes)
        for value in values {
          bytes.append(bigEndian: Int32(8))
          bytes.append(bigEndian: value.bitPattern)
        }
      case .bools(let values):
        Self.begin(values.count, of: 16, in: &bytes)
        for value in values {
          bytes.append(bigEndian: Int32(1))
          bytes.append(value ? 1 : 0)
        }
      case .texts(let values):
        Self.begin(values.count, of: 25, in: &bytes)
        for value in values {
          bytes.append(bigEndian: Int32(value?.utf8.count ?? -1))
          bytes += (value ?? "").utf8
        }
      }
      return bytes.count - start
    }

    /// The head of an array with one dimension: dimensions, whether there are nulls, type, length, first index.
    private static func begin(_ count: Int, of type: Int32, in bytes: inout [UInt8]) {
      for number in [count == 0 ? 0 : 1, 1, type] { bytes.append(bigEndian: number) }
      guard count > 0 else { return }
      for number in [Int32(count), 1] { bytes.append(bigEndian: number) }
    }
  }

  extension [UInt8] {
    fileprivate mutating func append(bigEndian value: some FixedWidthInteger) {
      Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
  }

  /// A statement with its parameters, prepared once a connection.
  struct PostgreSQLStatement: Sendable {
    let sql: String
    var values: [PostgreSQLValue] = []
  }
#endif
