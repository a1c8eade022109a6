@testable import TodoStorage

/// A title that is taken is tidy, and taken again as it is; the name made of it is valid, and stands for itself.
@Sendable func fuzzTitles(_ input: FuzzInput) throws {
  guard let title = try? Title(input.text) else { return }
  let scalars = title.text.unicodeScalars
  check(!scalars.contains { $0.properties.generalCategory == .control }, "a control character in \(title)")
  check(!title.text.contains(where: \.isNewline), "a line break in \(title)")
  check(scalars.first?.properties.isWhitespace == false, "white space before \(title)")
  check(scalars.last?.properties.isWhitespace == false, "white space behind \(title)")
  check(scalars.contains(where: \.isVisible), "nothing to be seen in \(title.text.debugDescription)")
  check(title.text.utf8.count <= 2_000, "\(title.text.utf8.count) bytes")
  check((1...500).contains(title.text.count), "\(title.text.count) characters")
  check(Array(try Title(title.text).text.utf8) == Array(title.text.utf8), "tidied again, \(title) is another")

  var probes = 0
  let free = ListName.free(for: title) { _ in
    probes += 1
    return probes < 5
  }
  check((try? ListName(free.text)) == free, "\(free) is no name")
  guard let name = ListName(slugifying: title) else { return }
  check(try ListName(name.text) == name, "\(name) is no name")
  check(try ListName(slugifying: Title(name.text)) == name, "\(name) makes another name")
  check(try ListName(slugifying: Title(name.impliedTitle)) == name, "the title of \(name) makes another name")
}
