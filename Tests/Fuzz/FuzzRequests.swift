import Foundation
import Logging
import TodoApp
import TodoStorage

@testable import LibeventHTTP

/// A connection's bytes make the same requests whatever the parts they come in, each of them read again when it is
/// written in its plainest form; and the application answers each of them with no error of its own.
@Sendable func fuzzRequests(_ input: FuzzInput) throws {
  let bytes = input.bytes
  let (requests, refusal) = read(bytes, parts: .max)
  let (inParts, refusalInParts) = read(bytes, parts: 1 + bytes.count % 7)
  check(requests.map(plain) == inParts.map(plain), "other requests when they come in parts")
  check(refusal == refusalInParts, "refused in another way when it comes in parts")
  for request in requests {
    let again = read(plain(request), parts: .max)
    check(again.requests.map(plain) == [plain(request)] && again.refusal == nil, "not itself when it is read again")
    let status = Application.shared.status(of: request)
    check(status < 500 || status == 501, "answered with \(status)")
  }
}

private func read(_ bytes: [UInt8], parts: Int) -> (requests: [ReceivedRequest], refusal: HTTPError?) {
  var reader = RequestReader(limits: RequestLimits(), largeBodies: LargeBodies(limit: .max))
  var requests: [ReceivedRequest] = []
  var rest = bytes[...]
  do throws(HTTPError) {
    while !rest.isEmpty {
      reader.append(rest.prefix(parts))
      rest = rest.dropFirst(parts)
      while let request = try reader.next() { requests.append(request) }
    }
  } catch {
    return (requests, error)
  }
  return (requests, nil)
}

/// A request as the simplest client would send it.
private func plain(_ request: ReceivedRequest) -> [UInt8] {
  let head = request.head
  let query = head.query.map { "?\($0)" } ?? ""
  var text = "\(head.method.rawValue) \(head.path)\(query) HTTP/1.\(head.isHTTP10 ? 0 : 1)\r\n"
  let framing = ["content-length", "transfer-encoding", "expect"]
  for (name, value) in head.headers.fields where !framing.contains(name.lowercased()) {
    text += "\(name): \(value)\r\n"
  }
  return Array("\(text)Content-Length: \(request.body.count)\r\n\r\n".utf8) + request.body
}

/// The application on a database of its own.
private final class Application: Sendable {
  static let shared = Application()
  private let responder: Responder

  private init() {
    do {
      let folder = FileManager.default.temporaryDirectory.appending(path: "fuzz-\(UUID())")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      var configuration = AppConfiguration(root: FileManager.default.currentDirectoryPath)
      configuration.writesPerSecond = nil
      let store = try SQLiteStore(path: folder.appending(path: "todos.sqlite").path)
      let app = try TodoApp(store: store, configuration: configuration, logger: Logger(label: "fuzz"))
      responder = app.router.responder
    } catch {
      fatalError("the application cannot be made: \(error)")
    }
  }

  func status(of received: ReceivedRequest) -> Int {
    guard let client = ClientAddress("192.0.2.1") else { return 0 }
    let request = Request(received, from: client)
    let (status, done) = (Status(), DispatchSemaphore(value: 0))
    Task { [responder] in
      do {
        status.value = try await responder(request).status.code
      } catch {
        status.value = (error as? HTTPError)?.status.code ?? 500
      }
      done.signal()
    }
    done.wait()
    return status.value
  }

  private final class Status: @unchecked Sendable {
    // Sendable: written before the semaphore is signalled and read after it.
    var value = 0
  }
}
