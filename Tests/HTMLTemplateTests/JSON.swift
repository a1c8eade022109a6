@testable import HTMLTemplate

/// A value of the specification's cases, which the same program renders that renders the application's views.
enum JSON: Decodable, Sendable {
  case null
  case bool(Bool)
  case text(String)
  case list([JSON])
  case object([String: JSON])

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    self =
      if let bool = try? value.decode(Bool.self) {
        .bool(bool)
      } else if let text = try? value.decode(String.self) {
        .text(text)
      } else if let integer = try? value.decode(Int.self) {
        .text("\(integer)")
      } else if let number = try? value.decode(Double.self) {
        .text("\(number)")
      } else if let list = try? value.decode([JSON].self) {
        .list(list)
      } else {
        value.decodeNil() ? .null : .object(try value.decode([String: JSON].self))
      }
  }

  subscript(name: String) -> JSON {
    switch self {
    case .object(let object): object[name] ?? .null
    default: name == "." ? self : .null
    }
  }

  var text: String? { if case .text(let text) = self { text } else { nil } }
  var isTrue: Bool { if case .bool(let bool) = self { bool } else { false } }

  /// What a section is shown for.
  var views: [JSON] {
    switch self {
    case .list(let list): list
    case .object: [self]
    default: []
    }
  }

  /// The fields that values like these offer; texts are HTML in cases that show them by raw tags.
  static func fields(of samples: [JSON], textsAreHTML: Bool) -> Fields<JSON> {
    var names = Set(samples.flatMap { if case .object(let object) = $0 { Array(object.keys) } else { ["."] } })
    // `.` stands for the view itself; no object of the cases is shown by it.
    if names.count > 1 { names.remove(".") }
    return names.sorted().reduce(Fields()) { fields, name in
      let values = samples.map { $0[name] }
      switch values.first(where: { if case .null = $0 { false } else { true } }) {
      case .bool: return fields.flag(name) { $0[name].isTrue }
      case .text where textsAreHTML: return fields.html(name) { HTML(trusted: $0[name].text ?? "") }
      case .text: return fields.optionalText(name) { $0[name].text }
      case .list, .object:
        return fields.views(name, { Self.fields(of: values.flatMap(\.views), textsAreHTML: textsAreHTML) }) {
          $0[name].views
        }
      case .null, nil: return fields
      }
    }
  }
}
