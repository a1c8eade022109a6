import DatastarLocking

/// Calls `body` with texts as C has them, for libraries that take several at once. They are valid during the call only.
func withCStrings<Result, Failure: Error>(
  _ texts: [String], _ body: ([UnsafePointer<CChar>?]) throws(Failure) -> Result
) throws(Failure) -> Result {
  let copies = texts.map { strdup($0) }
  defer { for copy in copies { free(copy) } }
  return try body(copies.map { UnsafePointer($0) })
}
