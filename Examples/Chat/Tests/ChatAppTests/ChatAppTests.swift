import ChatApp
import LibeventHTTPTesting
import Testing

@Suite("ChatApp: without a port") struct ChatAppTests {
  private let client = RouterClient(ChatApp().router)

  private func say(_ text: String, in room: String = "tea") async throws {
    let response = try await client.execute(.post, "/rooms/\(room)", body: #"{"name":"Ann","text":"\#(text)"}"#)
    #expect(response.status == .ok)
  }

  @Test("what is said in a room is shown to those who are in it, and to nobody else")
  func saying() async throws {
    try await client.stream("/rooms/tea/updates?after=0") { tea in
      try await client.stream("/rooms/coffee/updates?after=0") { coffee in
        try await say("Hello & welcome")
        #expect(await tea.text(until: "</li>").contains("<b>Ann</b> Hello &amp; welcome"))
        try await say("Good morning", in: "coffee")
        #expect(!(await coffee.text(until: "</li>").contains("Hello")))
      }
    }
  }

  @Test("who comes back is sent what is missing, by the number of the last line")
  func comingBack() async throws {
    for number in 1...3 { try await say("line \(number)") }
    try await client.stream("/rooms/tea/updates", headers: ["Last-Event-ID": "1"]) { stream in
      let text = await stream.text(until: "line-3")
      #expect(text.contains("line 2"))
    }
  }

  @Test("those in a room are told how many they are")
  func people() async throws {
    try await client.stream("/rooms/tea/updates?after=0") { first in
      _ = await first.text(until: "1 here")
      try await client.stream("/rooms/tea/updates?after=0") { second in
        _ = await second.text(until: "2 here")
        _ = await first.text(until: "2 here")
      }
      _ = await first.text(until: "1 here")
    }
  }

  @Test(
    "an empty line is refused, and what is no line at all",
    arguments: [#"{"name":"a","text":""}"#, "{}", "no JSON"])
  func refusals(body: String) async throws {
    let response = try await client.execute(.post, "/rooms/tea", body: body)
    #expect(response.status == .unprocessableContent || response.status == .badRequest)
  }
}
