#if PostgreSQL
  import CPostgreSQL

  /// The rows that a statement has returned, in PostgreSQL's binary format.
  final class PostgreSQLRows {
    private let result: OpaquePointer

    /// - Parameter result: is taken over.
    init(_ result: OpaquePointer) { self.result = result }

    deinit { PQclear(result) }

    var count: Int { Int(PQntuples(result)) }

    func isNull(_ row: Int, _ column: Int) -> Bool { PQgetisnull(result, Int32(row), Int32(column)) != 0 }

    func int(_ row: Int, _ column: Int) -> Int64? { bytes(row, column).map { $0.integer(Int64.self, at: 0) } }

    /// A number that is never null.
    func number(_ row: Int, _ column: Int) throws(PostgreSQLFailure) -> Int64 { try known(int(row, column)) }

    func bool(_ row: Int, _ column: Int) throws(PostgreSQLFailure) -> Bool { try known(bytes(row, column)?.first) != 0 }

    func double(_ row: Int, _ column: Int) throws(PostgreSQLFailure) -> Double {
      Double(bitPattern: try known(bytes(row, column)).integer(UInt64.self, at: 0))
    }

    func text(_ row: Int, _ column: Int) -> String? { bytes(row, column).map { String(decoding: $0, as: UTF8.self) } }

    /// A text that is never null.
    func string(_ row: Int, _ column: Int) throws(PostgreSQLFailure) -> String { try known(text(row, column)) }

    func name(_ row: Int, _ column: Int) throws(PostgreSQLFailure) -> ListName {
      try known(text(row, column).flatMap { try? ListName($0) })
    }

    func ints(_ row: Int, _ column: Int) -> [Int64?] { elements(row, column).map { $0?.integer(Int64.self, at: 0) } }

    func bools(_ row: Int, _ column: Int) -> [Bool] { elements(row, column).map { $0?.first == 1 } }

    func texts(_ row: Int, _ column: Int) -> [String] {
      elements(row, column).map { $0.map { String(decoding: $0, as: UTF8.self) } ?? "" }
    }

    /// Throws where something is not there that no command leaves out.
    private func known<Value>(_ value: Value?) throws(PostgreSQLFailure) -> Value {
      guard let value else { throw .refused(state: "XX001", "a table holds what no command has stored") }
      return value
    }

    private func bytes(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer? {
      guard !isNull(row, column), let start = PQgetvalue(result, Int32(row), Int32(column)) else { return nil }
      return UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, Int32(row), Int32(column))))
    }

    /// The elements of an array with at most one dimension; see ``PostgreSQLValue``.
    private func elements(_ row: Int, _ column: Int) -> [UnsafeRawBufferPointer?] {
      guard let bytes = bytes(row, column), bytes.integer(Int32.self, at: 0) == 1 else { return [] }
      var offset = 20
      return (0..<Int(bytes.integer(Int32.self, at: 12))).map { _ in
        let length = Int(bytes.integer(Int32.self, at: offset))
        offset += 4
        guard length >= 0 else { return nil }
        defer { offset += length }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
      }
    }
  }

  extension UnsafeRawBufferPointer {
    fileprivate func integer<Value: FixedWidthInteger>(_: Value.Type, at offset: Int) -> Value {
      Value(bigEndian: loadUnaligned(fromByteOffset: offset, as: Value.self))
    }
  }
#endif
