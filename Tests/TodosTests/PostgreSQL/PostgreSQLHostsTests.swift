#if PostgreSQL
  import Foundation
  import Testing

  @testable import TodoStorage

  @Suite("PostgreSQL: several hosts", .enabled(if: PostgreSQLServer.isInstalled))
  struct PostgreSQLHostsTests {
    @Test("the host that was found last is asked first, and last once its connection has been lost")
    func order() throws {
      let silent = try SilentHost()
      let server = try PostgreSQLServer()
      let address = try PostgreSQLAddress(
        "postgres://todo@127.0.0.1:\(silent.port),127.0.0.1:\(server.port)/postgres?connect_timeout=2")
      let epoch = PostgreSQLEpoch()
      #expect(try epoch.connect(to: address).host == 1)
      #expect(silent.takeCallers() == 1)
      let connection = try epoch.connect(to: address)
      #expect(connection.host == 1 && silent.takeCallers() == 0)
      epoch.end(epoch.value, of: connection)
      #expect(try epoch.connect(to: address).host == 1)
      #expect(silent.takeCallers() == 1)
    }

    @Test("hosts, their addresses and their ports change their order together, and what is one for all stays")
    func lists() throws {
      let address = try PostgreSQLAddress("postgres://a:1,b:2,c:3/lists?hostaddr=10.0.0.1,10.0.0.2,10.0.0.3")
      let turned = ["host": "b,c,a", "hostaddr": "10.0.0.2,10.0.0.3,10.0.0.1", "port": "2,3,1"]
      #expect(address.parameters(first: 4) == turned)
      let shared = try PostgreSQLAddress("postgres:///lists?host=a,b&port=6432")
      #expect(shared.parameters(first: 1) == ["host": "b,a"])
      #expect(try PostgreSQLAddress("postgres://a/lists").parameters(first: 1) == [:])
    }
  }

  extension PostgreSQLAddress {
    /// What libpq is told of hosts beside the address itself.
    fileprivate func parameters(first: Int) -> [String: String] {
      withParameters(first: first) { keywords, values in
        let pairs = zip(keywords, values).compactMap { keyword, value in
          keyword.flatMap { keyword in value.map { (String(cString: keyword), String(cString: $0)) } }
        }
        return Dictionary(uniqueKeysWithValues: pairs).filter { ["host", "hostaddr", "port"].contains($0.key) }
      }
    }
  }

  /// A host whose kernel takes connections in, and on which nothing ever answers.
  private final class SilentHost {
    let port: Int
    private let descriptor: Int32

    init() throws {
      (descriptor, port) = try PostgreSQLServer.boundSocket()
      guard listen(descriptor, 16) == 0, fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 else { throw POSIXError(.EIO) }
    }

    deinit { close(descriptor) }

    /// How many have connected since the last call.
    func takeCallers() -> Int {
      var count = 0
      while case let caller = accept(descriptor, nil, nil), caller >= 0 {
        close(caller)
        count += 1
      }
      return count
    }
  }
#endif
