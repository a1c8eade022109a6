import CLibevent

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// One request in evhttp's hands that waits for its answer.
///
/// To be answered exactly once, on its loop's thread; evhttp frees it then.
struct Exchange: @unchecked Sendable {
  // Sendable: the handle travels with the handler's task, which reads nothing from it; all calls are on the loop.
  let handle: OpaquePointer

  var requestHeaders: Headers {
    var fields: [(name: String, value: String)] = []
    var field = evhttp_request_get_input_headers(handle).pointee.tqh_first
    while let current = field {
      fields.append((name: String(cString: current.pointee.key), value: String(cString: current.pointee.value)))
      field = current.pointee.next.tqe_next
    }
    return Headers(fields: fields)
  }

  var body: [UInt8] {
    bytes(of: evhttp_request_get_input_buffer(handle))
  }

  var remoteAddress: String {
    var address: UnsafeMutablePointer<CChar>?
    var port: UInt16 = 0
    guard let connection = evhttp_request_get_connection(handle) else { return "" }
    evhttp_connection_get_peer(connection, &address, &port)
    return address.map { String(cString: $0) } ?? ""
  }

  /// Sends the whole response.
  func reply(_ response: Response, body: [UInt8]) {
    addHeaders(response.headers)
    // evhttp adds the length itself, except to the answer of a HEAD request.
    if evhttp_request_get_command(handle) == EVHTTP_REQ_HEAD {
      evhttp_add_header(evhttp_request_get_output_headers(handle), "Content-Length", String(body.count))
    }
    let buffer = evbuffer_new()
    defer { evbuffer_free(buffer) }
    Self.add(body, to: buffer)
    evhttp_send_reply(handle, Int32(response.status.rawValue), response.status.reason, buffer)
  }

  /// Sends the response's header and takes the socket out of evhttp's hands.
  ///
  /// - Returns: the socket and what of the header is left to send; nil if the client has gone.
  func detach(sendingHeaderOf response: Response) -> DetachedSocket? {
    var headers = response.headers
    headers["Connection"] = "close"
    addHeaders(headers)
    evhttp_send_reply_start(handle, Int32(response.status.rawValue), response.status.reason)
    guard let connection = evhttp_request_get_connection(handle),
      let bufferEvent = evhttp_connection_get_bufferevent(connection)
    else {
      evhttp_send_reply_end(handle)
      return nil
    }
    let isChunked = evhttp_find_header(evhttp_request_get_output_headers(handle), "Transfer-Encoding") != nil
    let header = bytes(of: bufferevent_get_output(bufferEvent))
    bufferevent_disable(bufferEvent, Int16(EV_READ | EV_WRITE))
    let descriptor = DetachedSocket.moveDescriptor(bufferevent_getfd(bufferEvent))
    evhttp_connection_free(connection)
    return descriptor.map {
      DetachedSocket(descriptor: $0, unsent: header, framing: isChunked ? .chunked : .untilClose)
    }
  }

  /// Adds bytes, by reference where that is cheaper than a copy.
  private static func add(_ bytes: [UInt8], to buffer: OpaquePointer?) {
    guard bytes.count > 4096 else {
      evbuffer_add(buffer, bytes, bytes.count)
      return
    }
    let held = HeldBytes(bytes)
    evbuffer_add_reference(
      buffer, held.start, bytes.count,
      { _, _, held in if let held { Unmanaged<HeldBytes>.fromOpaque(held).release() } },
      Unmanaged.passRetained(held).toOpaque())
  }

  private func addHeaders(_ headers: Headers) {
    let output = evhttp_request_get_output_headers(handle)
    for field in headers.fields {
      let status = evhttp_add_header(output, field.name, field.value)
      // Header values come from the application, never from a client as they are.
      precondition(status == 0, "a response's header \(field.name) holds a line break")
    }
  }

  /// Copies what a buffer holds, and leaves it there.
  private func bytes(of buffer: OpaquePointer?) -> [UInt8] {
    // Peeked at, because a connection that has been used before has its output locked against `evbuffer_copyout`.
    let count = evbuffer_peek(buffer, -1, nil, nil, 0)
    return withUnsafeTemporaryAllocation(of: iovec.self, capacity: Int(count)) { pieces in
      evbuffer_peek(buffer, -1, nil, pieces.baseAddress, count)
      return pieces.flatMap { UnsafeRawBufferPointer(start: $0.iov_base, count: $0.iov_len) }
    }
  }
}

/// Bytes that evhttp reads from until it has sent them.
private final class HeldBytes {
  private let bytes: [UInt8]
  /// Good for as long as this object is there: an array of bytes keeps its elements in one place of the heap, which
  /// moves only when it is changed, and this one never is.
  let start: UnsafeRawPointer?

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    start = bytes.withUnsafeBytes { $0.baseAddress }
  }
}
