#if PostgreSQL
  import DatastarPubSub
  import Testing

  @testable import BrokerPubSub

  @Suite("PostgreSQLAddress") struct PostgreSQLAddressTests {
    @Test(
      "is described by hosts and ports alone",
      arguments: [
        ("postgres://todo:secret@one:7000,two/todo?target_session_attrs=any", "one:7000,two"),
        ("postgres:///?host=one,two&port=1", "one:1,two:1"), ("postgresql://localhost", "localhost"),
        ("postgres://[::1]:1,b:2/", "::1:1,b:2"),
        ("postgres:///todo?host=/run/postgresql", "/run/postgresql"), ("postgres://", "its usual socket"),
      ])
    func description(url: String, description: String) throws {
      #expect(try PostgreSQLAddress(url).description == description)
    }

    @Test(
      "a password that would be taken for something else is refused, and not shown",
      arguments: ["postgres://u:sec/ret@h", "postgres://u:sec@ret@h", "postgres://u:secret"])
    func ambiguous(url: String) {
      let error = #expect(throws: PubSubError.self) { try PostgreSQLAddress(url) }
      #expect(error?.description.contains("@ is written as %40") == true)
      for part in ["sec", "ret"] { #expect(error?.description.contains(part) == false) }
    }

    @Test(
      "what is not the address of a PostgreSQL is refused, without the password in the reason",
      arguments: [
        "", "postgres:", "host=a password=secret", "http://secret@a", "postgres://a:secret@[b", "postgres://a?secret=1",
      ])
    func refusal(url: String) {
      let error = #expect(throws: PubSubError.self) { try PostgreSQLAddress(url) }
      #expect(error?.description.contains("postgres://user:password@host:5432/database") == true)
      #expect(error?.description.contains("secret") == false)
    }
  }
#endif
