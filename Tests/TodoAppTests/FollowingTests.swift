import Foundation
import Testing
import TodoTestSupport
import TodoStorage

@Suite("TodoApp: pages that follow", .timeLimit(.minutes(60))) struct FollowingTests {
  /// How many commands there are in all; `scripts/test` has more of them.
  private static let operations = ProcessInfo.processInfo.environment["OPERATIONS"].flatMap { Int($0) } ?? 2_000
  private static let seeds: [UInt64] = [1, 2]
  /// How many there are between two looks at the pages.
  private static let round = 50

  @Test(
    "whatever is done to lists, and however their pages follow, each is what is loaded anew, element for element",
    arguments: seeds)
  func following(seed: UInt64) async throws {
    var limits = TodoLimits()
    (limits.todosPerList, limits.lists) = (500, 12)
    try await RunningApp.with(limits: limits) { app in
      var changes = RandomChanges(try ["a", "b", "c"].map { try ListName($0) }, seed: seed)
      try await changes.fill(app.store)
      var followers = try await self.followers(app, seed)
      for round in 0..<Self.operations / Self.seeds.count / Self.round {
        for _ in 0..<5 {
          let before = changes
          async let changed = before.making(Self.round / 5, in: app.store)
          for index in followers.indices where (index + round) % 3 == 0 { try await followers[index].comeBack() }
          changes = try await changed
        }
        var loaded: [String: ShownList] = [:]
        // Those who are slow are not looked at each time; after a minute without a word the kernel would forget their
        // connections, and under a sanitizer a round may take ten seconds.
        for index in followers.indices where followers[index].habit != .slow || round % 3 == 2 {
          let page = followers[index].page
          if loaded[page] == nil { loaded[page] = try await Follower.load(page, app) }
          let fresh = try #require(loaded[page])
          try await followers[index].follow(to: try #require(fresh.revision))
          let difference = followers[index].shown.difference(from: fresh)
          try #require(difference == nil, "seed \(seed), round \(round), \(page), \(followers[index].habit)")
        }
      }
      for follower in followers where follower.habit == .staying {
        #expect(follower.shown.deltas > Self.operations / 20, "\(follower.page) has followed by snapshots")
      }
    }
  }

  private func followers(_ app: RunningApp, _ seed: UInt64) async throws -> [Follower] {
    var followers: [Follower] = []
    for page in ["/", "/lists/a", "/lists/b"] {
      for habit in Follower.Habit.allCases + [.returning, .returning] {
        let seed = seed &* 100 &+ UInt64(followers.count)
        followers.append(try await Follower(habit, of: page, app, seed: seed))
      }
    }
    // Nobody else is on this one.
    return followers + [try await Follower(.returning, of: "/lists/c", app, seed: seed)]
  }
}
