import DatastarPubSub
import HTTPServer

/// The frame that a loop's streams are being sent, with its forms at hand: thousands of streams ask for the same, one
/// after the other and on one thread, which takes no lock then.
final class LoopFrame {
  let encoded: EncodedFrame
  private(set) lazy var checksum = encoded.makeChecksum()
  private lazy var shared = encoded.sharedChunk()
  private var plainStreams = 0
  private var chunks = [[UInt8]?](repeating: nil, count: EncodedFrame.Form.allCases.count)

  init(_ frame: Frame) {
    encoded = frame.form { EncodedFrame($0) }
  }

  /// Below so many streams, sharing is not worth the file that it takes.
  private static let fewStreams = 8

  /// Sends the frame to a stream that is not compressed, and answers how many bytes it is.
  func write(to response: ResponseStream) -> Int {
    let bytes = bytes(.plain, response.framing)
    if response.framing == .chunked, isShared(by: 1) { response.write(shared) } else { response.write(bytes) }
    return bytes.count
  }

  /// Sends the frame to streams that are not compressed, and answers how many bytes it is for each.
  func write(to group: ResponseGroup) -> Int {
    let bytes = bytes(.plain, .chunked)
    if isShared(by: group.count) { group.write(shared) } else { group.write(bytes) }
    return bytes.count
  }

  /// Whether so many streams more make the frame worth being shared.
  private func isShared(by streams: Int) -> Bool {
    plainStreams += streams
    return plainStreams > Self.fewStreams && bytes(.plain, .chunked).count >= SharedBytes.worthwhile
  }

  /// A form of the frame as it stands in a body.
  func bytes(_ form: EncodedFrame.Form, _ framing: BodyFraming) -> [UInt8] {
    // Clients of HTTP/1.0 are too few for forms of their own.
    guard framing == .chunked else { return encoded.make(form) }
    if let chunk = chunks[form.rawValue] { return chunk }
    let chunk = encoded.chunk(form)
    chunks[form.rawValue] = chunk
    return chunk
  }
}
