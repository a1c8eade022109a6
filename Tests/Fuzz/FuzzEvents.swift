import Datastar
import DatastarPubSub
import TodoTestSupport

/// What is put into events is what a browser reads out of them, and nothing else; a value that could forge a line is
/// refused before there is an event.
@Sendable func fuzzEvents(_ input: FuzzInput) throws {
  var input = input
  var events = EventCollector()
  while !input.isEmpty { add(&input, to: &events) }

  let alone = events.events.flatMap { EventStreamReader($0.bytes).events }
  check(EventStreamReader(events.bytes).events == alone, "together the events are others than each alone")
}

/// Adds one event of the input's choosing, and reads it alone.
private func add(_ input: inout FuzzInput, to events: inout EventCollector) {
  let id = input.choice(of: [false, true]) ? eventID(input.textPiece()) : nil
  let milliseconds = input.choice(of: [false, true]) ? Int64(input.textPiece()) : nil
  let retry = milliseconds.map { Duration.milliseconds($0) }
  var expected: [String: String] = [:]
  switch input.choice(of: [0, 1, 2, 3]) {
  case 0:
    let elements = PatchElements(
      utf8: input.piece(), selector: selector(input.textPiece()), mode: input.choice(of: ElementPatchMode.allCases),
      useViewTransition: input.choice(of: [false, true]), viewTransitionSelector: selector(input.textPiece()))
    events.add(elements, eventID: id, retryDuration: retry)
    if !elements.elements.isEmpty { expected["elements"] = String(decoding: elements.elements, as: UTF8.self) }
    expected["selector"] = elements.selector?.value
    if elements.mode != .outer { expected["mode"] = elements.mode.rawValue }
    if elements.useViewTransition {
      expected["useViewTransition"] = "true"
      expected["viewTransitionSelector"] = elements.viewTransitionSelector?.value
    }
  case 1:
    let json = input.piece()
    events.add(PatchSignals(json: json), eventID: id, retryDuration: retry)
    expected = ["signals": String(decoding: json, as: UTF8.self)]
  case 2:
    let signals: SignalObject = [input.textPiece(): .string(input.textPiece()), input.textPiece(): .null]
    events.patchSignals(signals, onlyIfMissing: true, eventID: id, retryDuration: retry)
    expected = ["onlyIfMissing": "true", "signals": String(decoding: signals.json, as: UTF8.self)]
  default:
    let script = input.textPiece()
    // Refused scripts are ExecuteScript's own to tell.
    guard let event = try? ExecuteScript(script, autoRemove: false) else { return }
    events.add(event, eventID: id, retryDuration: retry)
    expected = ["selector": "body", "mode": "append", "elements": "<script>\(closable(script))</script>"]
  }
  guard let event = events.events.last else { return }
  let reader = EventStreamReader(event.bytes)
  // A browser dispatches nothing that has no data.
  check(reader.events.count == (expected.isEmpty ? 0 : 1), "one event is read as \(reader.events)")
  check(isSame(reader.events.first?.fields ?? [:], expected), "\(reader.events) instead of \(expected)")
  check(Array(reader.lastEventID.utf8) == Array((id?.value ?? "").utf8), "the id \(reader.lastEventID)")
  let sent = milliseconds.map { Int(min(max($0, 0), Int64(Int32.max))) }
  check(reader.retryMilliseconds == (sent == 1_000 ? nil : sent), "retry \(reader.retryMilliseconds ?? -1)")
}

/// Whether the fields read are those written, but for their line ends; to the byte, unlike strings, which compare é with
/// é however it is composed.
private func isSame(_ read: [String: String], _ written: [String: String]) -> Bool {
  read.mapValues { Array($0.utf8) }
    == written.mapValues { Array($0.lines(endedBy: ["\r\n", "\n", "\r"]).joined(separator: "\n").utf8) }
}

/// The script with a backslash in each `</script`.
private func closable(_ script: String) -> String {
  var bytes = Array(script.utf8)
  let lowercased = bytes.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
  for range in lowercased.ranges(of: Array("</script".utf8)).reversed() {
    bytes.insert(UInt8(ascii: "\\"), at: range.lowerBound + 1)
  }
  return String(decoding: bytes, as: UTF8.self)
}

private func selector(_ text: String) -> CSSSelector? {
  let selector = try? CSSSelector(text)
  check((selector != nil) == (!text.isEmpty && !text.utf8.contains { [0x0A, 0x0D].contains($0) }), "selector \(text)")
  return selector
}

private func eventID(_ text: String) -> EventID? {
  let id = try? EventID(text)
  check((id != nil) == !text.utf8.contains { [0x00, 0x0A, 0x0D].contains($0) }, "event id \(text)")
  return id
}
