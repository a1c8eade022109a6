import Datastar
import DatastarPubSub
import HTMLTemplate
import Testing

@Suite("EventCollector: values of any type") struct EventCollectorTests {
  private func wire(_ build: (inout EventCollector) throws -> Void) rethrows -> String {
    var events = EventCollector()
    try build(&events)
    return String(decoding: events.bytes, as: UTF8.self)
  }

  @Test("elements are a text with values in it, bytes, or what a template has rendered")
  func elements() {
    let (id, title) = (7, "Milk")
    let expected = "event: datastar-patch-elements\ndata: elements <li id=\"todo-7\">Milk</li>\n\n"
    let text = "<li id=\"todo-\(id)\">\(title)</li>"
    #expect(wire { $0.patchElements("<li id=\"todo-\(id)\">\(title)</li>") } == expected)
    #expect(wire { $0.patchElements(text) } == expected)
    #expect(wire { $0.patchElements(Array(text.utf8)) } == expected)
    #expect(wire { $0.patchElements(Array(text.utf8)[...]) } == expected)
    #expect(wire { $0.patchElements(HTML(trusted: text)) } == expected)
  }

  @Test("every option of elements is on the wire")
  func elementOptions() {
    let id = 7
    let text = wire {
      $0.patchElements(
        "<circle/>", selector: "#vis-\(id)", mode: .append, namespace: .svg, useViewTransition: true,
        viewTransitionSelector: "#main", eventID: "v\(id)", retryDuration: .seconds(2))
    }
    #expect(
      text == """
        event: datastar-patch-elements
        id: v7
        retry: 2000
        data: selector #vis-7
        data: mode append
        data: useViewTransition true
        data: viewTransitionSelector #main
        data: namespace svg
        data: elements <circle/>


        """)
    let removal = wire {
      $0.removeElements(
        "#todo-\(id)", useViewTransition: true, viewTransitionSelector: "#main", eventID: 3.id,
        retryDuration: .milliseconds(5))
    }
    #expect(
      removal == """
        event: datastar-patch-elements
        id: 3
        retry: 5
        data: selector #todo-7
        data: mode remove
        data: useViewTransition true
        data: viewTransitionSelector #main


        """)
  }

  private enum Filter: String, SignalConvertible { case all, active }

  @Test("signals are literals, or variables of any types that can be signals")
  func signals() {
    let (count, name, isOn, half, list) = (3, "Ada", true, 0.5, [1, 2])
    let (nothing, user) = (String?.none, ["b": 2, "a": 1])
    #expect(
      wire {
        $0.patchSignals(
          [
            "n": count, "name": name, "on": isOn, "half": half, "list": list, "nothing": nothing, "user": user,
            "filter": Filter.active, "old": SignalValue.null, "deep": SignalObject(["name": name, "n": count]),
          ])
      } == """
        event: datastar-patch-signals
        data: signals {"n":3,"name":"Ada","on":true,"half":0.5,"list":[1,2],"nothing":null,"user":{"a":1,"b":2},\
        "filter":"active","old":null,"deep":{"name":"Ada","n":3}}


        """)
    #expect(wire { $0.patchSignals(["n": count]) } == "event: datastar-patch-signals\ndata: signals {\"n\":3}\n\n")
    #expect(
      wire { $0.patchSignals(["b": ["y": 1, "x": [true, .null]], "a": .null]) }
        == "event: datastar-patch-signals\ndata: signals {\"b\":{\"y\":1,\"x\":[true,null]},\"a\":null}\n\n")
    let nested: SignalObject = ["user": ["name": "Ada", "age": 36]]
    for text in [wire { $0.patchSignals(nested) }, wire { $0.patchSignals(["user": ["name": "Ada", "age": 36]]) }] {
      #expect(text == "event: datastar-patch-signals\ndata: signals {\"user\":{\"name\":\"Ada\",\"age\":36}}\n\n")
    }
    #expect(
      wire { $0.patchSignals([:], onlyIfMissing: true) }
        == "event: datastar-patch-signals\ndata: onlyIfMissing true\ndata: signals {}\n\n")
  }

  @Test("signals are what a value encodes to, JSON, or removed")
  func otherSignals() throws {
    struct Form: Encodable {
      var title = "Milk"
      var count = 2
    }
    #expect(
      try wire { try $0.patchSignals(Form(), onlyIfMissing: true, eventID: "1") } == """
        event: datastar-patch-signals
        id: 1
        data: onlyIfMissing true
        data: signals {"count":2,"title":"Milk"}


        """)
    #expect(
      wire { $0.patchSignals(json: #"{"a":1}"#, retryDuration: .seconds(3)) }
        == "event: datastar-patch-signals\nretry: 3000\ndata: signals {\"a\":1}\n\n")
    #expect(
      try wire { try $0.removeSignals(["one", "two.alpha"]) }
        == "event: datastar-patch-signals\ndata: signals {\"one\":null,\"two\":{\"alpha\":null}}\n\n")
    #expect(throws: EventError.invalidSignalPath("a.")) { try wire { try $0.removeSignals(["a."]) } }
  }

  @Test("scripts and redirections have an id and a retry time, too")
  func scripts() throws {
    let script = try wire { try $0.executeScript("go()", autoRemove: false, eventID: "7", retryDuration: .seconds(2)) }
    #expect(
      script == """
        event: datastar-patch-elements
        id: 7
        retry: 2000
        data: selector body
        data: mode append
        data: elements <script>go()</script>


        """)
    #expect(try wire { try $0.redirect(to: "/a", eventID: "8") }.contains("\nid: 8\n"))
  }
}

extension Int {
  fileprivate var id: EventID { EventID(self) }
}
