import DatastarPubSub
import DatastarPubSubTesting
import Testing

@Suite("MemoryBackend") struct MemoryBackendTests {
  @Test("the contract of backends", arguments: BackendContract.checks)
  func contract(check: BackendContract.Check) async throws {
    try await check.run(BackendContract { MemoryBackend() })
  }

  @Test("it reaches no other process")
  func link() {
    #expect(MemoryBackend().status == nil)
  }
}
