import LibeventHTTP
import Logging
import Testing
import TodoTestSupport
@testable import datastar_conformance

@Suite("ConformanceRoutes: the server that Datastar's SDK test suite talks to") struct ConformanceServerTests {
  @Test(
    "a case of Datastar's SDK test suite is answered over a socket as the suite has it",
    .enabled(if: !ConformanceCaseFiles.official.isEmpty, "no ../shared/datastar-sdk-tests beside the package"),
    arguments: ConformanceCaseFiles.official)
  func official(files: ConformanceCaseFiles) async throws {
    try await expectOutput(of: files)
  }

  @Test("a case of our own is answered over a socket as written", arguments: ConformanceCaseFiles.own)
  func own(files: ConformanceCaseFiles) async throws {
    try await expectOutput(of: files)
  }

  @Test("an input that is not known to the protocol is 400 with a reason")
  func unknown() async throws {
    let response = try await answer("POST", "/test", body: #"{"events":[{"type":"mergeFragments"}]}"#)
    #expect(response.status == 400)
    #expect(response.text == "the input's type is missing or not known to the protocol\n")
  }

  private func expectOutput(of files: ConformanceCaseFiles) async throws {
    let input = String(decoding: files.input, as: UTF8.self)
    let response =
      files.method == "get"
      ? try await answer("GET", "/test?datastar=\(percentEncoded(files.input))", body: nil)
      : try await answer("POST", "/test", body: input)
    #expect(response.status == 200 && response["content-type"] == "text/event-stream")
    #expect(Wire(response.body) == Wire(files.output))
  }

  private func answer(_ method: String, _ path: String, body: String?) async throws -> ClientResponse {
    var configuration = ServerConfiguration()
    configuration.port = 0
    let server = try await RunningServer(
      configuration: configuration, logger: Logger(label: "test"), router: ConformanceRoutes.router)
    let response = try await ClientConnection.fetch(
      method, path, from: server.address, headers: ["Content-Type": "application/json"], body: body)
    await server.stop()
    return response
  }

  private func percentEncoded(_ bytes: [UInt8]) -> String {
    bytes.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
