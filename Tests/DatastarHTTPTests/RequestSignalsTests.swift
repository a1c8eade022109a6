import Datastar
import DatastarHTTP
import LibeventHTTP
import Logging
import Testing
import TodoTestSupport

@Suite("Request: signals") struct RequestSignalsTests {
  private func answer(
    _ method: String, _ path: String, body: String? = nil
  ) async throws -> ClientResponse {
    var configuration = ServerConfiguration()
    configuration.port = 0
    let responder: Responder = { request in
      .text(.ok, try request.signals()["newTodo"]?.string ?? "none")
    }
    let server = try await RunningServer(
      configuration: configuration, logger: Logger(label: "test"), responder: responder)
    let response = try await ClientConnection.fetch(
      method, path, from: server.address, headers: ["Content-Type": "application/json"], body: body)
    await server.stop()
    return response
  }

  @Test("GET and DELETE have them in the query", arguments: ["GET", "DELETE"])
  func query(method: String) async throws {
    let response = try await answer(method, "/?a=1&datastar=%7B%22newTodo%22%3A%22milk+%C3%A4%22%7D")
    #expect(response.text == "milk ä\n")
    #expect(try await answer(method, "/").text == "none\n")
  }

  @Test("the other methods have them in the body", arguments: ["POST", "PUT", "PATCH"])
  func body(method: String) async throws {
    #expect(try await answer(method, "/", body: #"{"newTodo":"milk"}"#).text == "milk\n")
  }

  @Test(
    "what is not a JSON object is 400 with a reason",
    arguments: ["", "{", "[]", "{\"a\":}", "\u{FEFF}{}", String(repeating: "[", count: 60_000)])
  func malformed(json: String) async throws {
    let response = try await answer("POST", "/", body: json)
    #expect(response.status == 400)
    #expect(response.text.hasPrefix("the signals are not valid: "))
    #expect(response.text.split(separator: "\n").count == 1)
  }

  @Test("a malformed query is 400", arguments: ["/?datastar=%7B", "/?datastar=%zz", "/?datastar=%ff"])
  func malformedQuery(path: String) async throws {
    #expect(try await answer("GET", path).status == 400)
  }

  private struct Form: Decodable {
    struct User: Decodable { var age: Int }
    var newTodo: String
    var users: [User]?
  }

  private func request(_ json: String) -> Request {
    Request(.post, "/", headers: ["Content-Type": "application/json"], body: Array(json.utf8))
  }

  @Test("they are read as a type of one's own, from the body and from the query")
  func types() throws {
    #expect(try request(#"{"newTodo":"milk","filter":"all"}"#).signals(as: Form.self).newTodo == "milk")
    let query = Request(.get, "/?datastar=%7B%22newTodo%22%3A%22milk%22%7D")
    #expect(try query.signals(as: Form.self).newTodo == "milk")
  }

  @Test(
    "what does not fit the type is 400 with the place",
    arguments: [
      (#"{"newTodo":"","users":[{"age":1},{"age":"x"}]}"#, #"signal "users.1.age": not of the type Int"#),
      ("{}", #"signals: has no value for "newTodo""#), ("[]", "signals are not a JSON object"),
    ])
  func mismatch(json: String, reason: String) {
    #expect(throws: HTTPError(.badRequest, "the signals are not valid: \(reason)")) {
      try request(json).signals(as: Form.self)
    }
  }
}
