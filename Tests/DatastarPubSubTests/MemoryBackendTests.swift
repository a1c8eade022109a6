import DatastarPubSub
import Testing

@Suite("MemoryBackend: the contract of backends") struct MemoryBackendTests {
  private let contract = BackendContract { MemoryBackend() }

  @Test("every subscription of the topic gets the payload, byte for byte, and no other topic's")
  func delivery() async throws { try await contract.everySubscriptionOfTheTopicGetsThePayload() }

  @Test("payloads arrive in publish order")
  func order() async throws { try await contract.payloadsArriveInPublishOrder() }

  @Test("publishers on many threads lose nothing")
  func manyPublishers() async throws { try await contract.publishersOnManyThreadsLoseNothing() }

  @Test("an ended subscription gets nothing, and ending it twice is no error")
  func unsubscribing() async throws { try await contract.anEndedSubscriptionGetsNothing() }

  @Test("publishing to a topic without subscriptions is no error")
  func nobody() async throws { try await contract.aTopicWithoutSubscriptionsIsNoError() }

  @Test("a receiver may publish, subscribe and unsubscribe")
  func reentrancy() async throws { try await contract.aReceiverMayPublishSubscribeAndUnsubscribe() }

  @Test("a closed backend refuses with an error")
  func closing() async throws { try await contract.aClosedBackendRefuses() }
}
