import DatastarPubSub
import Testing

@testable import BrokerPubSub

@Suite("BrokerSteps: batches") struct BrokerStepsTests {
  private static func topics(_ batch: [BrokerSteps.Step]?) -> [String]? {
    batch?.map { step in
      switch step {
      case .subscribe(let topic): "+\(topic)"
      case .unsubscribe(let topic): "-\(topic)"
      case .publish(_, let topic): topic.name
      }
    }
  }

  @Test("what comes while a batch is under way is the next one, and each is told of its end")
  func batches() {
    var events: [String] = []
    var steps = BrokerSteps { if case .subscribed(let topic) = $0 { events.append("\(topic) holds") } }
    #expect(steps.next() == nil)
    steps.add(.subscribe("a"))
    #expect(steps.hasMore)
    #expect(Self.topics(steps.next()) == ["+a"])
    #expect(!steps.hasMore)
    steps.add(.publish([], "b")) { events.append("b \($0)") }
    steps.add(.publish([], "c")) { events.append("c \($0)") }
    steps.whenEmpty { events.append("empty") }
    #expect(steps.next() == nil)
    steps.succeed()()
    #expect(events == ["a holds"])
    #expect(Self.topics(steps.next()) == ["b", "c"])
    steps.succeed()()
    #expect(events == ["a holds", "b true", "c true", "empty"])
    steps.whenEmpty { events.append("at once") }
    #expect(events.last == "at once")
  }

  @Test("a batch is bounded, ends where a step does not fit, and has one step at least")
  func bounds() {
    var steps = BrokerSteps { _ in }
    for size in [10, 60_000, 10_000, 200_000, 1] {
      steps.add(.publish([UInt8](repeating: 0, count: size), "\(size)"))
    }
    for batch in [["10", "60000"], ["10000"], ["200000"], ["1"]] {
      #expect(Self.topics(steps.next()) == batch)
      steps.succeed()()
    }
    for number in 0..<600 { steps.add(number < 550 ? .subscribe("\(number)") : .unsubscribe("\(number)")) }
    let isJoining = { (step: BrokerSteps.Step) in if case .subscribe = step { true } else { false } }
    for count in [500, 50, 50] {
      #expect(steps.next { isJoining($0) == isJoining($1) }?.count == count)
      steps.succeed()()
    }
    #expect(steps.next() == nil)
  }

  @Test("what is given up has not been done")
  func givingUp() {
    var events: [String] = []
    var steps = BrokerSteps { _ in events.append("told") }
    steps.add(.publish([], "a")) { events.append("a \($0)") }
    _ = steps.next()
    steps.add(.subscribe("b"))
    steps.add(.publish([], "c")) { events.append("c \($0)") }
    steps.whenEmpty { events.append("empty") }
    steps.giveUp()()
    #expect(events == ["a false", "c false", "empty"] && steps.next() == nil)
  }
}
