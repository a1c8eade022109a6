import LibeventHTTP
import Testing

@testable import todo_server

@Suite("todo-server: options and the environment") struct OptionsTests {
  private func settings(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Settings {
    try Options.parse(arguments).settings(environment: environment)
  }

  @Test("an option wins over the environment, and the environment over the default")
  func precedence() throws {
    let environment = [
      "TODO_PORT": "1", "TODO_CONNECTIONS_PER_ADDRESS": "7", "TODO_ALLOWED_HOST": " a.example, b.example ,",
      "TODO_THREADS": " 3 ", "TODO_DATABASE": "", "TODO_NO_COMPRESSION": "", "TODO_WRITES_PER_SECOND": " ",
    ]
    let settings = try settings(["--port", "2"], environment)
    #expect(settings.server.port == 2 && settings.server.connections.perAddress == 7)
    #expect(settings.app.allowedHosts == ["a.example", "b.example", "127.0.0.1"])
    #expect(settings.server.loops == 3 && settings.app.writesPerSecond == 100)
    #expect(settings.database == "todos.sqlite" && settings.compresses)
  }

  @Test("a database is not put into / by default")
  func rootFolder() throws {
    let error = #expect(throws: SettingsError.self) { try Options.parse([]).settings(environment: [:], folder: "/") }
    #expect(error?.description.contains("/todos.sqlite") == true)
    let named = try Options.parse(["--database", "a.sqlite"]).settings(environment: [:], folder: "/")
    #expect(named.database == "a.sqlite")
  }

  @Test("a PostgreSQL that has the lists joins the servers as well, unless something else is said")
  func broker() throws {
    let database = "postgres://todo:secret@a,b/lists"
    #expect(try settings([]).pubSub == "memory")
    #expect(try settings(["--database", database]).pubSub == database)
    #expect(try settings([], ["TODO_DATABASE": database]).pubSub == database)
    #expect(try settings(["--database", "postgresql:///lists"]).pubSub == "postgresql:///lists")
    #expect(try settings(["--database", "postgres.sqlite"]).pubSub == "memory")
    #expect(try settings(["--database", database, "--pubsub", "memory"]).pubSub == "memory")
    #expect(try settings(["--database", database], ["TODO_PUBSUB": "nats://a:4222"]).pubSub == "nats://a:4222")
    #expect(PubSubOption.name(database) == "postgres" && PubSubOption.name("memory") == "memory")
  }

  @Test("every option can be set by a variable, and by no other")
  func variables() throws {
    let help = Options.helpMessage().matches(of: #/--([a-z-]+)/#).map { String($0.1) }
    #expect(Set(help).subtracting(["help"]) == Set(OptionVariables.options))
    // Of the proxies' recipes.
    _ = try settings([], ["TODO_SITE": "a.example", "TODOS": "", "PATH": "/bin"])
  }

  @Test("by default what comes from this machine is not limited; a limit that is given holds for all")
  func limits() throws {
    let standard = try settings([])
    #expect(standard.app.writesPerSecond == 100 && !standard.app.limitsLoopback)
    #expect(standard.server.connections.perAddress == 1_000 && !standard.server.connections.limitsLoopback)
    #expect(standard.server.connections.total > 0)
    let given = try settings(["--writes-per-second", "5", "--connections-per-address", "6", "--connections", "9"])
    #expect(given.app.writesPerSecond == 5 && given.app.limitsLoopback)
    #expect(given.server.connections.perAddress == 6 && given.server.connections.limitsLoopback)
    #expect(given.server.connections.total == 9)
    let none = try settings(["--writes-per-second", "0", "--connections-per-address", "0"])
    #expect(none.app.writesPerSecond == nil && none.server.connections.perAddress == .max)
    let proxied = try settings(["--behind-proxy"])
    #expect(proxied.server.connections.perAddress == 1_000 && proxied.server.isBehindProxy)
    #expect(!standard.server.isBehindProxy)
  }

  @Test(
    "what makes no sense is refused in one line that names it",
    arguments: [
      (["--port", "70000"], [:], "--port 70000 is not a number from 0 to 65535"),
      ([], ["TODO_THREADS": "many"], "--threads many is not a number from 1 to 256"),
      (["--writes-per-second=-1"], [:], "--writes-per-second -1 is not a number from 0 to 1000000"),
      ([], ["TODO_BEHIND_PROXY": "perhaps"], "TODO_BEHIND_PROXY is perhaps: set it to true or false"),
      (["--root", "/"], [:], "--root / has no Templates/list.html in it"),
      ([], ["TODO_PROT": "1"], "TODO_PROT is no setting: is TODO_PORT meant?"),
      ([], ["TODO_ALLOWED_HOSTS": "a"], "TODO_ALLOWED_HOSTS is no setting: is TODO_ALLOWED_HOST meant?"),
      (["--database", ""], [:], "--database is empty: leave it out, or give it a value"),
      (["--allowed-host", "https://c.org"], [:], "--allowed-host https://c.org is not a host's name: write c.org"),
      ([], ["TODO_ALLOWED_HOST": "a, d.org:8443"], "--allowed-host d.org:8443 is not a host's name: write d.org"),
    ] as [([String], [String: String], String)])
  func refusals(arguments: [String], environment: [String: String], line: String) {
    let error = #expect(throws: SettingsError.self) { try settings(arguments, environment) }
    #expect(error?.description == line)
  }

  @Test(
    "descriptors are shared out between connections and the rest, and few are remarked on",
    arguments: [
      (128, 64, 64, true), (513, 256, 256, true), (513, 256, 9, true), (1_024, 512, 512, false),
      (1_024, 512, 513, true), (65_536, 65_024, 65_024, false),
    ])
  func descriptors(limit: Int, connections: Int, asked: Int, isRemarkable: Bool) throws {
    let descriptors = try Descriptors(limit: limit)
    #expect(descriptors.connections == connections)
    #expect((descriptors.warning(of: asked) != nil) == isRemarkable)
  }

  @Test("too few descriptors to serve are refused with what to do")
  func tooFewDescriptors() {
    let error = #expect(throws: SettingsError.self) { try Descriptors(limit: 127) }
    #expect(error?.description.contains("no more than 127 files") == true)
    #expect(error?.description.contains("ulimit -Hn") == true)
  }
}
