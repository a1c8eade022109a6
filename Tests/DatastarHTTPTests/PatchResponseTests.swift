import Datastar
import DatastarHTTP
import HTMLTemplate
import LibeventHTTP
import Testing

@Suite("Response: one patch") struct PatchResponseTests {
  private func text(_ response: Response) -> String? {
    response.body.bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test("elements are HTML, and what the protocol has as its default is no header field")
  func elements() {
    let id = 7
    for response in [
      Response.elements("<p id=\"a-\(id)\">é</p>"), .elements(Array("<p id=\"a-7\">é</p>".utf8)),
      .elements(HTML(trusted: "<p id=\"a-7\">é</p>")),
    ] {
      #expect(response.status == .ok)
      #expect(response.headers["Content-Type"] == "text/html; charset=utf-8")
      #expect(text(response) == "<p id=\"a-7\">é</p>")
      for name in ["selector", "mode", "namespace", "use-view-transition"] {
        #expect(response.headers["datastar-\(name)"] == nil)
      }
    }
  }

  @Test("every option of elements is a header field")
  func options() {
    let id = 7
    let response = Response.elements(
      "<circle/>", selector: "#vis-\(id)", mode: .append, namespace: .svg, useViewTransition: true)
    #expect(response.headers["datastar-selector"] == "#vis-7")
    #expect(response.headers["datastar-mode"] == "append")
    #expect(response.headers["datastar-namespace"] == "svg")
    #expect(response.headers["datastar-use-view-transition"] == "true")
  }

  @Test("a selector that is not ASCII is sent as CSS escapes, since browsers read header fields as Latin-1")
  func notASCII() {
    #expect(Response.elements("", selector: "#é > p").headers["datastar-selector"] == #"#\e9  > p"#)
  }

  @Test("signals are JSON: literals, variables, or what a value encodes to")
  func signals() throws {
    struct Form: Encodable { var count = 3 }
    let (count, name) = (3, "Ada")
    let responses = [
      Response.signals(["count": 3]), .signals(["count": count]), try .signals(Form()),
    ]
    for response in responses {
      #expect(response.headers["Content-Type"] == "application/json")
      #expect(response.headers["datastar-only-if-missing"] == nil)
      #expect(text(response) == #"{"count":3}"#)
    }
    let missing = Response.signals(["count": count, "name": name], onlyIfMissing: true)
    #expect(missing.headers["datastar-only-if-missing"] == "true")
    #expect(text(missing) == #"{"count":3,"name":"Ada"}"#)
  }
}
