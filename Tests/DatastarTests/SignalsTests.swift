import Datastar
import Testing

@Suite("Signals: reading") struct SignalsTests {
  @Test("each kind of JSON value is read as what it is")
  func values() throws {
    let json = #"""
       { "s" : "a\"\\\/\b\f\n\r\t\u00e9\uD83D\ude00" ,
      \#t"n":-1.5e2,"t":true,"f":false,"z":null,"a":[ 1 , [ ] ],"o":{ } }
      """#
    let signals = try Signals(json: json.utf8)
    #expect(
      signals.object == [
        "s": "a\"\\/\u{8}\u{C}\n\r\té😀", "n": -150, "t": true, "f": false, "z": .null, "a": [1, []], "o": [:],
      ])
    #expect(signals.object.members.map(\.name) == ["s", "n", "t", "f", "z", "a", "o"])
  }

  @Test("a signal is reached by its name, and nothing is converted")
  func access() throws {
    let signals = try Signals(json: #"{"newTodo":"Milk","user":{"age":7},"half":0.5,"on":true,"list":["a"]}"#.utf8)
    #expect(signals["newTodo"]?.string == "Milk")
    #expect(signals["newTodo"]?.number == nil)
    #expect(signals["user"]?["age"]?.integer == 7)
    #expect(signals["user"]?["name"] == nil)
    #expect(signals["half"]?.integer == nil)
    #expect(signals["half"]?.number == 0.5)
    #expect(signals["on"]?.bool == true)
    #expect(signals["list"]?.array == ["a"])
    #expect(signals["newTodo"]?["x"] == nil)
    #expect(signals["missing"] == nil)
  }

  @Test("of two equal names the last value wins, also when decoded")
  func duplicates() throws {
    let signals = try Signals(json: #"{"a":1,"b":2,"\u0061":3}"#.utf8)
    #expect(signals["a"] == 3)
    #expect(try signals.decode([String: Int].self) == ["a": 3, "b": 2])
    #expect(signals.object.json == Array(#"{"a":3,"b":2}"#.utf8))
  }

  @Test("NUL can be sent as an escape")
  func nul() throws {
    #expect(try Signals(json: #"{"a":"\u0000"}"#.utf8)["a"] == "\0")
  }

  @Test(
    "a number is the nearest double, as in JavaScript",
    arguments: [
      ("9007199254740993", 9_007_199_254_740_992), ("123456789012345678901234567890", 1.2345678901234568e29),
      ("0.1", 0.1), ("-0", 0), ("1E-400", 0), ("1e+2", 100), ("1.7976931348623157e308", 1.7976931348623157e308),
    ])
  func numbers(digits: String, number: Double) throws {
    #expect(try Signals(json: "{\"n\":\(digits)}".utf8)["n"]?.number == number)
  }

  @Test("a whole number comes out of JSON and into a decoded integer as it was")
  func wholeNumbers() throws {
    let signals = try Signals(json: #"{"id":9007199254740992,"n":-3.0,"big":1e21}"#.utf8)
    #expect(signals.object.json == Array(#"{"id":9007199254740992,"n":-3,"big":1e+21}"#.utf8))
    #expect(try signals.decode([String: Double].self)["id"] == 9_007_199_254_740_992)
  }

  @Test("decoding ignores names that the type does not know")
  func decoding() throws {
    struct NewTodo: Decodable, Equatable {
      var newTodo: String
      var position: Int?
    }
    let signals = try Signals(json: #"{"newTodo":"Tee \ud83c\udf75","filter":"all","position":3}"#.utf8)
    #expect(try signals.decode() == NewTodo(newTodo: "Tee 🍵", position: 3))
  }

  @Test("decoding into another shape is an error that names the place")
  func mismatch() throws {
    struct Form: Decodable {
      struct User: Decodable { var age: Int }
      var users: [User]
    }
    let wrong = try Signals(json: #"{"users":[{"age":1},{"age":"x"}]}"#.utf8)
    #expect(throws: SignalsError.mismatch(path: "users.1.age", reason: "not of the type Int")) {
      try wrong.decode(Form.self)
    }
    let missing = try Signals(json: #"{"users":[{}]}"#.utf8)
    #expect(throws: SignalsError.mismatch(path: "users.0", reason: "has no value for \"age\"")) {
      try missing.decode(Form.self)
    }
  }
}
