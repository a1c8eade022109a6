import Testing

@testable import LibeventHTTP

@Suite("FormFields: reading") struct FormFieldsTests {
  @Test(
    "fields are decoded as WHATWG URL says",
    arguments: [
      ("newTodo=milk", "milk"), ("newTodo=oat+milk%21", "oat milk!"), ("a=1&newTodo=x&newTodo=y", "x"),
      ("newTodo=", ""), ("newTodo", ""), ("newTodo=a=b", "a=b"), ("newTodo=%C3%A4", "ä"), ("new%54odo=t", "t"),
      ("newTodo=a%0D%0Ab", "a\r\nb"),
    ])
  func decoding(form: String, value: String) throws {
    #expect(try FormFields(form.utf8)["newTodo"] == value)
  }

  @Test("a field that is not there is nil")
  func missing() throws {
    #expect(try FormFields("other=1".utf8)["newTodo"] == nil)
    #expect(try FormFields("".utf8)["newTodo"] == nil)
  }

  @Test("a thousand fields are taken, and one more is refused")
  func tooMany() throws {
    let form = String(repeating: "a&", count: 999) + "newTodo=x"
    #expect(try FormFields(form.utf8)["newTodo"] == "x")
    #expect(throws: FormFields.MalformedError.self) { try FormFields((form + "&a").utf8) }
  }

  @Test("a broken escape or bad UTF-8 is refused", arguments: ["a=%", "a=%1", "a=%gg", "a=%ff", "%c3=1", "a=%C3%28"])
  func malformed(form: String) {
    #expect(throws: FormFields.MalformedError.self) { try FormFields(form.utf8) }
  }
}
