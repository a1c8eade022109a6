import HTMLTemplate
import Testing

@testable import TodoApp

@Suite("LinkedTitle: addresses in titles") struct LinkedTitleTests {
  private func html(_ title: String) -> String { String(decoding: LinkedTitle.html(title).bytes, as: UTF8.self) }

  private func link(_ address: String) -> String {
    "<a href=\"\(address)\" target=\"_blank\" rel=\"noopener\">\(address)</a>"
  }

  @Test(
    "an address becomes a link, without what ends the sentence around it",
    arguments: [
      ("https://example.org", "", "https://example.org", ""),
      ("see http://example.org/a_b?c=d.", "see ", "http://example.org/a_b?c=d", "."),
      ("(https://example.org/a), soon", "(", "https://example.org/a", "), soon"),
      ("https://example.org/a_(b)!", "", "https://example.org/a_(b)", "!"),
      ("“HTTPS://example.org”", "“", "HTTPS://example.org", "”"),
      ("קרא https://example.org/א עכשיו", "קרא ", "https://example.org/א", " עכשיו"),
    ])
  func links(title: String, before: String, address: String, after: String) {
    #expect(LinkedTitle.mayHaveLink(title))
    #expect(html(title) == before + link(address) + after)
  }

  @Test("two addresses are two links")
  func two() {
    #expect(html("http://a.org or http://b.org") == "\(link("http://a.org")) or \(link("http://b.org"))")
  }

  @Test("all else stays text", arguments: ["javascript://x", "ftp://example.org", "http:/x", "https://", "://", "a:b"])
  func text(title: String) {
    #expect(html(title) == title)
  }

  @Test("nothing in an address or around it ends its attribute or its element")
  func escaping() {
    #expect(html(#"https://a.org/"onclick="x"#) == link("https://a.org/") + "&quot;onclick=&quot;x")
    let address = "https://a.org/?a=1&amp;b=&#39;2"
    #expect(html("<b>https://a.org/?a=1&b='2</b>") == "&lt;b&gt;" + link(address) + "&lt;/b&gt;")
  }
}
