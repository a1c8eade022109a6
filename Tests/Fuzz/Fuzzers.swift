import Foundation

/// All fuzzers, by the names of their folders in `Corpus`. A new one is a file, a line here and a folder there.
///
/// Each says what has to hold for any bytes, by ``check(_:_:)``; what it throws is a failure too.
private let fuzzers: [String: @Sendable (FuzzInput) throws -> Void] = [
  "Events": fuzzEvents,
  "Forms": fuzzForms,
  "Gzip": fuzzGzip,
  "Imports": fuzzImports,
  "Requests": fuzzRequests,
  "Signals": fuzzSignals,
  "Templates": fuzzTemplates,
  "Titles": fuzzTitles,
]

/// The one of this process.
private let fuzzer = {
  let name = ProcessInfo.processInfo.environment["TODO_FUZZER"] ?? ""
  guard let fuzzer = fuzzers[name] else { fatalError("TODO_FUZZER names no fuzzer: \(name)") }
  return fuzzer
}()

/// Gives the fuzzer one input of libFuzzer's; a failure ends the process, which makes libFuzzer keep the input.
@Sendable func runOnce(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do {
    try fuzzer(FuzzInput(Array(UnsafeBufferPointer(start: bytes, count: count))))
  } catch {
    fatalError("unexpected: \(error)")
  }
  return 0
}

/// Ends the process unless `holds`; unlike `precondition`, with the message in optimised code too.
func check(_ holds: Bool, _ message: @autoclosure () -> String) {
  if !holds { fatalError(message()) }
}
