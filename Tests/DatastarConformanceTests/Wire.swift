/// The lines of a stream by events, with the data lines of each sorted by their first word, whose order is free.
struct Wire: Equatable {
  private let events: [[String]]

  init(_ bytes: [UInt8]) {
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    let texts = lines.map { String(decoding: $0, as: UTF8.self) }
    events = texts.split(separator: "", omittingEmptySubsequences: false).map { event in
      let data = event.drop { !$0.hasPrefix("data: ") }
      let words = data.enumerated().sorted { ($0.element.dataWord, $0.offset) < ($1.element.dataWord, $1.offset) }
      return event.prefix { !$0.hasPrefix("data: ") } + words.map(\.element)
    }
  }
}

extension String {
  fileprivate var dataWord: String {
    split(separator: " ", maxSplits: 2).dropFirst().first.map(String.init) ?? ""
  }
}
