import Datastar
import Testing

@Suite("PatchElements: data lines") struct PatchElementsTests {
  @Test("a patch with defaults has elements only")
  func defaults() {
    #expect(wire(PatchElements("<p></p>")) == "event: datastar-patch-elements\ndata: elements <p></p>\n\n")
  }

  @Test("every option that is not the default is written")
  func allOptions() {
    let patch = PatchElements(
      "<circle/>", selector: "#vis", mode: .append, namespace: .svg, useViewTransition: true,
      viewTransitionSelector: "#main")
    #expect(
      wire(patch) == """
        event: datastar-patch-elements
        data: selector #vis
        data: mode append
        data: useViewTransition true
        data: viewTransitionSelector #main
        data: namespace svg
        data: elements <circle/>


        """)
  }

  @Test("a view transition's selector is not written without the view transition")
  func selectorWithoutTransition() {
    let patch = PatchElements("<p></p>", viewTransitionSelector: "#main")
    #expect(wire(patch) == "event: datastar-patch-elements\ndata: elements <p></p>\n\n")
  }

  @Test("a mode has the protocol's name, and outer is not written")
  func modes() {
    let lines = ElementPatchMode.allCases.map { wire(PatchElements("", selector: "a", mode: $0)) }
    let names = ["inner", "replace", "prepend", "append", "before", "after", "remove"]
    let start = "event: datastar-patch-elements\ndata: selector a\n"
    #expect(lines == ["\(start)\n"] + names.map { "\(start)data: mode \($0)\n\n" })
  }

  @Test("bytes and text make the same patch")
  func bytesAndText() {
    #expect(PatchElements(utf8: Array("<p>é</p>".utf8)) == PatchElements("<p>é</p>"))
  }

  @Test("a removal has no elements")
  func removal() {
    let patch = PatchElements.removing("#feed, #otherid", useViewTransition: true)
    #expect(
      wire(patch) == """
        event: datastar-patch-elements
        data: selector #feed, #otherid
        data: mode remove
        data: useViewTransition true


        """)
  }
}
