import Datastar
import Foundation

/// What is taken for signals is the same when it is written and read again, and is JSON for Foundation too, with the
/// same values.
///
/// What Foundation takes and we refuse is no failure: it takes more than RFC 8259 has, halves of surrogate pairs, and
/// more than 64 levels. It reads numbers of more than 16 digits in a decimal form of its own, whose double is not quite the
/// nearest.
@Sendable func fuzzSignals(_ input: FuzzInput) throws {
  let bytes = input.bytes
  guard let signals = try? Signals(json: bytes) else { return }

  let json = signals.object.json
  check(json.allSatisfy { $0 >= 0x20 }, "written with a raw control character")
  let again = try Signals(json: json)
  check(again == signals, "read again, the signals are others")
  check(again.object.json == json, "written again, the JSON is another")

  let theirs = try JSONSerialization.jsonObject(with: Data(bytes))
  check(isSame(.object(signals.object), theirs), "Foundation reads other values")
}

private func isSame(_ ours: SignalValue, _ theirs: Any) -> Bool {
  switch ours {
  case .null: return theirs is NSNull
  case .bool(let bool): return (theirs as? NSNumber)?.boolValue == bool
  case .number(let number):
    guard let theirs = (theirs as? NSNumber)?.doubleValue else { return false }
    return (theirs - number).magnitude <= number.magnitude * 1e-14
  case .string(let string): return (theirs as? String).map { Array($0.utf8) == Array(string.utf8) } ?? false
  case .array(let array):
    guard let theirs = theirs as? [Any], theirs.count == array.count else { return false }
    return zip(array, theirs).allSatisfy(isSame)
  case .object(let object):
    guard let theirs = theirs as? [String: Any], theirs.count == object.members.count else { return false }
    return object.members.allSatisfy { member in theirs[member.name].map { isSame(member.value, $0) } ?? false }
  }
}
