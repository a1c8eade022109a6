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
}
