import Foundation
import GRDB
import TodoTestSupport
import TodoStorage

/// The application as a test speaks to it, over a port or without one.
protocol AppUnderTest: Sendable {
  var store: any TodoStore { get }
  /// The path of the database's file.
  var database: String { get }

  /// Sends a request and reads the whole answer.
  func fetch(_ method: String, _ path: String, headers: [String: String], body: String?) async throws -> ClientResponse
}

extension AppUnderTest {
  func get(_ path: String, headers: [String: String] = [:]) async throws -> ClientResponse {
    try await fetch("GET", path, headers: headers, body: nil)
  }

  /// Sends a command as Datastar's signals.
  func post(_ path: String, json: String = "{}", headers: [String: String] = [:]) async throws -> ClientResponse {
    try await post(path, body: json, type: "application/json", headers: headers)
  }

  /// Sends a command as a browser sends a form.
  func post(_ path: String, form: String, headers: [String: String] = [:]) async throws -> ClientResponse {
    try await post(path, body: form, type: "application/x-www-form-urlencoded", headers: headers)
  }

  func post(
    _ path: String, body: String, type: String, headers: [String: String] = [:]
  ) async throws -> ClientResponse {
    try await fetch("POST", path, headers: headers.merging(["Content-Type": type]) { $1 }, body: body)
  }

  func titles(_ list: String) async throws -> [String] {
    try await store.list(ListName(list)).todos.map { ($0.isCompleted ? "x " : "") + $0.title }
  }

  /// Runs `body` while another connection has the database locked against commands.
  func withLockedDatabase(_ body: () async throws -> Void) async throws {
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    configuration.busyMode = .timeout(1)
    let other = try DatabaseQueue(path: database, configuration: configuration)
    try await other.writeWithoutTransaction { db in try db.execute(sql: "BEGIN IMMEDIATE") }
    try await body()
    try await other.writeWithoutTransaction { db in try db.execute(sql: "ROLLBACK") }
  }
}

extension String {
  /// The text as the value of a form's field, every byte escaped.
  var formEncoded: String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(3 * utf8.count)
    for byte in utf8 { bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: bytes, as: UTF8.self)
  }
}
