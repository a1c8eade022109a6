import Datastar
import Testing
import TodoTestSupport

@Suite("ExecuteScript: the script element") struct ExecuteScriptTests {
  private func element(_ script: ExecuteScript) throws -> String {
    let event = try #require(EventStreamReader(ServerSentEvent(script).bytes).events.first)
    return try #require(event.fields["elements"])
  }

  @Test("a script with defaults is appended to the body and removes itself")
  func defaults() throws {
    #expect(
      wire(try ExecuteScript("a()\nb()")) == """
        event: datastar-patch-elements
        data: selector body
        data: mode append
        data: elements <script data-effect="el.remove()">a()
        data: elements b()</script>


        """)
  }

  @Test("attributes come in their order, escaped, before the removal")
  func attributes() throws {
    let script = try ExecuteScript(
      "a()", attributes: [ScriptAttribute("type", "module"), ScriptAttribute("async"), ScriptAttribute("x", "<\"&'>")])
    #expect(
      try element(script)
        == #"<script type="module" async x="&lt;&quot;&amp;'&gt;" data-effect="el.remove()">a()</script>"#)
  }

  @Test(
    "an attribute name that HTML cannot write is refused",
    arguments: ["", "a b", "a\"", "a'", "a>", "<a", "a/", "a=b", "a\n", "a\0", "a\u{7F}", "a\u{85}", "a\u{FFFE}"])
  func attributeName(name: String) {
    #expect(throws: EventError.invalidAttributeName(name)) { try ScriptAttribute(name, "x") }
  }

  @Test("an attribute that stands twice is refused, whatever its case")
  func duplicateAttribute() {
    #expect(throws: EventError.duplicateAttribute("TYPE")) {
      try ExecuteScript("a()", attributes: [ScriptAttribute("type", "a"), ScriptAttribute("TYPE", "b")])
    }
    #expect(throws: EventError.duplicateAttribute("data-effect")) {
      try ExecuteScript("a()", attributes: [ScriptAttribute("data-effect", "b")])
    }
  }

  @Test(
    "an end tag in the script is written so that it does not end the element",
    arguments: [
      ("'</script>'", #"'<\/script>'"#), ("'</ScRiPt '", #"'<\/ScRiPt '"#), ("'<</script'", #"'<<\/script'"#),
      ("'</scrip'", "'</scrip'"), ("'<!-- x -->'", "'<!-- x -->'"), ("a < b", "a < b"), ("'<script>'", "'<script>'"),
      ("'<script><!--'", "'<script><!--'"),
    ])
  func endTag(script: String, text: String) throws {
    #expect(try element(ExecuteScript(script, autoRemove: false)) == "<script>\(text)</script>")
  }

  @Test("a script that HTML would not let end is refused", arguments: ["'<!-- <script'", "'<!--'\n'-->'; '<SCRIPT>'"])
  func unclosable(script: String) {
    #expect(throws: EventError.unclosableScript) { try ExecuteScript(script) }
  }
}

@Suite("ExecuteScript: redirect") struct RedirectTests {
  @Test(
    "a URL is written as a string literal that neither the script nor HTML can end early",
    arguments: [
      ("/lists/tea?a=1&b=2", "/lists/tea?a=1&b=2"),
      ("/\"\\", #"/\"\\"#),
      ("/</script><!--", #"/\u003C/script>\u003C!--"#),
      ("/\r\n\u{1}é", #"/\r\n\u0001é"#),
      ("javascript", "javascript"),
      ("/javascript:x", "/javascript:x"),
      ("javascriptx:y", "javascriptx:y"),
    ])
  func literal(url: String, text: String) throws {
    #expect(
      wire(try ExecuteScript.redirect(to: url)) == """
        event: datastar-patch-elements
        data: selector body
        data: mode append
        data: elements <script data-effect="el.remove()">setTimeout(() => window.location.href = "\(text)")</script>


        """)
  }

  @Test(
    "a URL that would run as script is refused",
    arguments: ["javascript:alert(1)", "JavaScript:x", " \u{1}javascript:x", "java\nscr\tipt\r:x", "javascript:"])
  func scriptURL(url: String) {
    #expect(throws: EventError.scriptURL(url)) { try ExecuteScript.redirect(to: url) }
  }
}
