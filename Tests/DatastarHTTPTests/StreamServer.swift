import DatastarHTTP
import DatastarPubSub
import LibeventHTTP
import Logging
import TodoTestSupport

/// Serves streams of a broadcaster, each filled by `handler`, while `body` runs.
func withStreams(
  of broadcaster: Broadcaster, _ handler: @escaping @Sendable (EventStream) async throws -> Void,
  body: (ListeningAddress) async throws -> Void
) async throws {
  var configuration = ServerConfiguration()
  configuration.port = 0
  let server = try await RunningServer(configuration: configuration, logger: Logger(label: "test")) { request in
    broadcaster.stream(request, handler)
  }
  do { try await body(server.address) } catch { await server.stop(); throw error }
  await server.stop()
}
