import Foundation

// Runs the fuzzer that TODO_FUZZER names; the arguments are libFuzzer's. scripts/fuzz is the way to call this.

/// What libFuzzer's main does: runs until an input fails, or until the arguments say to stop.
///
/// It takes and answers words alone, which Swift and C pass alike.
@_silgen_name("LLVMFuzzerRunDriver")
func runLibFuzzer(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ run: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

var count = CommandLine.argc
var arguments = CommandLine.unsafeArgv
exit(runLibFuzzer(&count, &arguments, runOnce))
