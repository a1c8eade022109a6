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
    plainStreams += 1
    if response.framing == .chunked, plainStreams > Self.fewStreams, bytes.count >= SharedBytes.worthwhile {
      response.write(shared)
    } else {
      response.write(bytes)
    }
    return bytes.count
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

/// Keeps the last frame of a loop.
final class LoopFrames {
  private var last: LoopFrame?
  /// What the loop's streams are sent is counted here.
  let statistics = StreamStatistics.OfLoop()

  /// The frames of the loop that the caller runs on.
  static func on(_ loop: EventLoop) -> LoopFrames { loop.shared { LoopFrames() } }

  func forms(of frame: Frame) -> LoopFrame {
    if let last, last.encoded.id == frame.id { return last }
    let forms = LoopFrame(frame)
    last = forms
    return forms
  }
}
