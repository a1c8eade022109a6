import Datastar
import Testing

@Suite("Signals: types of one's own") struct CodableSignalsTests {
  private enum Filter: String, Codable { case all, active }

  private struct Page: Codable, Equatable {
    struct User: Codable, Equatable {
      var name: String
      var age: UInt8?
    }
    enum Shape: Codable, Equatable {
      case circle(radius: Double)
      case nothing
    }
    var title = "Tee \u{1F375}"
    var isOn = true
    var count = -3
    var half = 0.5
    var ratio: Float = 0.25
    var filter = Filter.active
    var users = [User(name: "Ada", age: 36), User(name: "Bob", age: nil)]
    var counts = ["a": 1, "b": 2]
    var grid = [[1, 2], []]
    var maybe: [Int?] = [1, nil, 3]
    var shapes = [Shape.circle(radius: 2), .nothing]
    var tags: Set<String> = ["x"]
    var size: Int64 = 9_007_199_254_740_992
  }

  /// A subclass writes and reads its parent's part at a place of its own.
  private class Animal: Codable {
    var legs = 4
    init() {}
  }

  private final class Dog: Animal {
    var name = "Rex"
    enum CodingKeys: CodingKey { case name }
    override init() { super.init() }
    required init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      name = try container.decode(String.self, forKey: .name)
      try super.init(from: container.superDecoder())
    }
    override func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(name, forKey: .name)
      try super.encode(to: container.superEncoder())
    }
  }

  @Test("what a type encodes to is read again as it was")
  func roundTrip() throws {
    let json = try PatchSignals(encoding: Page()).json
    #expect(try Signals(json: json).decode(Page.self) == Page())
  }

  @Test("a type encodes to one line of JSON, its names sorted")
  func json() throws {
    let json = try PatchSignals(encoding: Page()).json
    #expect(
      String(decoding: json, as: UTF8.self) == #"""
        {"count":-3,"counts":{"a":1,"b":2},"filter":"active","grid":[[1,2],[]],"half":0.5,"isOn":true,"maybe":[1,null,3],\#
        "ratio":0.25,"shapes":[{"circle":{"radius":2}},{"nothing":{}}],"size":9007199254740992,"tags":["x"],\#
        "title":"Tee 🍵","users":[{"age":36,"name":"Ada"},{"name":"Bob"}]}
        """#)
  }

  @Test("a class with a parent is read as it was written")
  func inheritance() throws {
    let dog = Dog()
    (dog.name, dog.legs) = ("Fly", 3)
    let json = try PatchSignals(encoding: dog).json
    #expect(String(decoding: json, as: UTF8.self) == #"{"name":"Fly","super":{"legs":3}}"#)
    let read = try Signals(json: json).decode(Dog.self)
    #expect(read.name == "Fly" && read.legs == 3)
  }

  @Test(
    "what does not fit is refused with its place and the reason",
    arguments: [
      (#"{"n":"1"}"#, "n", "not of the type Int8"), (#"{"n":0.5}"#, "n", "not of the type Int8"),
      (#"{"n":300}"#, "n", "not of the type Int8"),
      (#"{"n":null}"#, "n", "null where there should be a value of the type Int8"),
      ("{}", "", #"has no value for "n""#), (#"{"n":1,"on":1}"#, "on", "not of the type Bool"),
      (#"{"n":1,"text":7}"#, "text", "not of the type String"), (#"{"n":1,"inner":[]}"#, "inner", "not an object"),
      (#"{"n":1,"list":{}}"#, "list", "not an array"),
      (#"{"n":1,"list":[{"n":1,"list":[{"n":1},{"n":[]}]}]}"#, "list.0.list.1.n", "not of the type Int8"),
      (#"{"n":1,"filter":"none"}"#, "filter", "Cannot initialize Filter from invalid String value none"),
    ])
  func mismatch(json: String, path: String, reason: String) throws {
    let signals = try Signals(json: json.utf8)
    #expect(throws: SignalsError.mismatch(path: path, reason: reason)) { try signals.decode(Strict.self) }
  }

  private final class Strict: Decodable {
    let n: Int8
    let on: Bool?
    let text: String?
    let inner: Strict?
    let list: [Strict]?
    let filter: Filter?
  }

  @Test("a number that JSON does not have is refused with its place")
  func notFinite() {
    #expect(throws: EventError.self) { try PatchSignals(encoding: ["a": [1, Double.infinity]]) }
  }
}
