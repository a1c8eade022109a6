/// What the environment says in the place of options: of `--log-level`, what `TODO_LOG_LEVEL` says.
///
/// White space around a value does not count, and an empty one is as good as none: files of variables have such lines.
struct OptionVariables {
  /// The options that can be set so, without their dashes.
  static let options = [
    "host", "port", "database", "threads", "no-compression", "allowed-host", "writes-per-second", "connections",
    "connections-per-address", "behind-proxy", "pubsub", "log-level", "root", "watch",
  ]
  /// What is read by the recipes for proxies and by the tests, which may share an environment with the server.
  private static let others = [
    "TODO_SITE", "TODO_SERVERS", "TODO_TLS", "TODO_BIND", "TODO_HTTPS_PORT", "TODO_HTTP_PORT", "TODO_ADMIN",
    "TODO_SERVER", "TODO_SERVER_WITH_BROKERS", "TODO_SERVER_WITH_REDIS",
  ]
  private static let prefix = "TODO_"

  private let environment: [String: String]

  /// - Throws: ``SettingsError`` for a variable that would be read if it were spelt right.
  init(_ environment: [String: String]) throws(SettingsError) {
    let known = Self.options.map(Self.name)
    for name in environment.keys.sorted() where name.hasPrefix(Self.prefix) {
      guard !known.contains(name), !Self.others.contains(name) else { continue }
      let closest = known.min { Self.distance(name, $0) < Self.distance(name, $1) } ?? ""
      let isClose = Self.distance(name, closest) <= 3
      throw SettingsError(
        "\(name) is no setting: " + (isClose ? "is \(closest) meant?" : "there are \(known.joined(separator: ", "))"))
    }
    self.environment = environment
  }

  subscript(option: String) -> String? {
    let value = environment[Self.name(option)]?.trimmingWhitespace
    return value?.isEmpty == true ? nil : value
  }

  /// The values of a variable that has several, by commas.
  func list(_ option: String) -> [String] {
    (self[option] ?? "").split(separator: ",").map { String($0).trimmingWhitespace }.filter { !$0.isEmpty }
  }

  /// - Throws: ``SettingsError`` for what is neither true nor false.
  func flag(_ option: String) throws(SettingsError) -> Bool {
    switch self[option] {
    case nil, "0", "false": return false
    case "1", "true": return true
    case let text?: throw SettingsError("\(Self.name(option)) is \(text): set it to true or false")
    }
  }

  private static func name(_ option: String) -> String { prefix + option.uppercased().replacing("-", with: "_") }

  /// How many letters have to be added, left out or replaced to turn one text into the other.
  private static func distance(_ one: String, _ other: String) -> Int {
    var row = Array(0...other.count)
    for (line, letter) in one.enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for (column, otherLetter) in other.enumerated() {
        let replaced = diagonal + (letter == otherLetter ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
      }
    }
    return row[other.count]
  }
}

extension String {
  fileprivate var trimmingWhitespace: String {
    var text = drop { $0.isWhitespace }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
