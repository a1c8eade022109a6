import Datastar
import Testing
@testable import datastar_conformance

@Suite("ConformanceCase: the wire form of its events") struct ConformanceTests {
  @Test(
    "a case of Datastar's SDK test suite comes out as the suite has it",
    .enabled(if: !ConformanceCaseFiles.official.isEmpty, "no ../shared/datastar-sdk-tests beside the package"),
    arguments: ConformanceCaseFiles.official)
  func official(files: ConformanceCaseFiles) throws {
    try expectOutput(of: files)
  }

  @Test("a case of our own comes out as written", arguments: ConformanceCaseFiles.own)
  func own(files: ConformanceCaseFiles) throws {
    try expectOutput(of: files)
  }

  @Test("the cases of our own are found")
  func ownAreFound() {
    #expect(ConformanceCaseFiles.own.count == 15)
  }

  @Test(
    "an input that asks for no event of the protocol is an error that names what is wrong",
    arguments: [
      (#"{}"#, "events"),
      (#"{"events":[{"type":"mergeFragments"}]}"#, "type"),
      (#"{"events":[{"type":"patchElements","mode":"morph"}]}"#, "mode"),
      (#"{"events":[{"type":"patchElements","namespace":"xml"}]}"#, "namespace"),
      (#"{"events":[{"type":"patchSignals","signals":[1]}]}"#, "signals"),
      (#"{"events":[{"type":"executeScript"}]}"#, "script"),
      (#"{"events":[{"type":"removeElements"}]}"#, "selector"),
      (#"{"events":[{"type":"removeSignals"}]}"#, "paths"),
      (#"{"events":[{"type":"redirect"}]}"#, "url"),
    ])
  func unknownInput(json: String, name: String) throws {
    let input = try Signals(json: json.utf8)
    #expect(throws: ConformanceError(name: name)) { try ConformanceCase(input) }
  }

  private func expectOutput(of files: ConformanceCaseFiles) throws {
    var wire: [UInt8] = []
    for event in try ConformanceCase(Signals(json: files.input)).events {
      event.write(into: &wire)
    }
    #expect(Wire(wire) == Wire(files.output))
  }
}
