import LibeventHTTP

/// A form is read as RFC 3986 and WHATWG URL say, written down here in another way, and the same again when every byte
/// of it has been written as an escape.
///
/// Foundation's own decoding is no measure: it makes U+FFFD of `%A9`, which is not UTF-8.
@Sendable func fuzzForms(_ input: FuzzInput) throws {
  let bytes = input.bytes
  let fields = try? FormFields(bytes)
  let parts = bytes.split(separator: UInt8(ascii: "&")).map { pair in
    pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false).map(decoded)
  }
  guard parts.count <= 1_000, parts.allSatisfy({ !$0.contains(nil) }) else {
    return check(fields == nil, "taken, and it is malformed")
  }
  check(fields != nil, "refused, and it is well formed")
  let pairs = parts.map { (name: $0[0] ?? "", value: $0.count == 1 ? "" : $0[1] ?? "") }
  // A search for each of a thousand fields would take most of the time.
  for (name, value) in pairs.prefix(16) {
    let first = pairs.first { $0.name == name }?.value ?? value
    check(fields?[name].map { Array($0.utf8) == Array(first.utf8) } ?? false, "\(name) is not \(first)")
  }
  let form = pairs.map { "\(escaped($0.name))=\(escaped($0.value))" }.joined(separator: "&")
  check(try FormFields(form.utf8) == fields, "read again, the fields are others")
}

private func decoded(_ part: ArraySlice<UInt8>) -> String? {
  let runs = part.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
    .split(separator: UInt8(ascii: "%"), omittingEmptySubsequences: false)
  var bytes = Array(runs[0])
  for run in runs.dropFirst() {
    let digits = String(decoding: run.prefix(2), as: UTF8.self)
    guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit), let byte = UInt8(digits, radix: 16) else {
      return nil
    }
    bytes += [byte] + run.dropFirst(2)
  }
  return String(validating: bytes, as: UTF8.self)
}

private func escaped(_ text: String) -> String {
  text.utf8.map { byte in (byte < 16 ? "%0" : "%") + String(byte, radix: 16) }.joined()
}
