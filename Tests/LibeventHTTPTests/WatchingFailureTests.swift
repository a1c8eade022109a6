import DatastarLocking
import Foundation
import Testing

@testable import LibeventHTTP

/// A regular file is what epoll refuses to watch, as it does anything where it has no room left.
@Suite("Event: what the system does not watch") struct WatchingFailureTests {
  private func withFile(_ body: @escaping @Sendable (EventLoop, Int32) -> Void) async throws {
    let descriptor = open(#filePath, O_RDONLY)
    try #require(descriptor >= 0)
    let loop = try EventLoop()
    await withCheckedContinuation { done in
      loop.execute {
        body(loop, descriptor)
        done.resume()
      }
    }
    loop.stop()
  }

  @Test("a socket that cannot be watched for input is closed, and that is told")
  func reading() async throws {
    try await withFile { loop, descriptor in
      let socket = Socket(descriptor, loop: loop, stallTimeout: .seconds(1))
      var hasClosed = false
      socket.onClose = { hasClosed = true }
      socket.read(true)
      #expect(hasClosed && !socket.isOpen)
    }
  }

  @Test("a listener that cannot be watched is an error, and leaves nothing behind")
  func listening() async throws {
    try await withFile { loop, descriptor in
      #expect(throws: HTTPServerError.libevent("evconnlistener_enable")) {
        _ = try Listener(descriptor, loop: loop, accept: { _, _ in }, isBusy: { false }, onFailure: { _ in })
      }
    }
  }
}
