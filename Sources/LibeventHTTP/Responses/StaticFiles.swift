import DatastarLocking
import Foundation

/// The files of one folder, kept in memory, with validators and compression.
///
/// A file is read when it is first asked for, and again when it has changed on the disk.
public final class StaticFiles: Sendable {
  private let directory: String
  private let cache = Locked<[String: CachedFile]>([:])

  /// Files that are larger are not served: this is for a page's own parts.
  private static let sizeLimit = 16 * 1024 * 1024

  private struct CachedFile {
    let modified: Date
    let size: Int
    let bytes: [UInt8]
    let gzipped: [UInt8]?
    let etag: String

    init(modified: Date, size: Int, bytes: [UInt8], path: String) {
      (self.modified, self.size, self.bytes) = (modified, size, bytes)
      let gzipped = MediaType.isText(path) ? Gzip.compress(bytes, level: 6) : nil
      self.gzipped = gzipped.flatMap { $0.count < bytes.count ? $0 : nil }
      // Weak, because it is that of both forms.
      etag = "W/\"\(String(bytes.digest, radix: 16))\""
    }
  }

  /// Serves the files below `directory`.
  public init(directory: String) {
    self.directory = directory
  }

  /// Whether there is such a file.
  public func has(_ path: String) -> Bool {
    (try? file(path)) != nil
  }

  /// Returns the response to a request whose route's `*path` names the file.
  ///
  /// - Throws: `HTTPError` 404 for what is not a file of the folder; nothing outside it is ever looked at.
  public func response(to request: Request) throws(HTTPError) -> Response {
    let path = request.parameters["path"] ?? ""
    let file = try file(path)
    let isKnown = request.headers.combined("If-None-Match").map { $0 == "*" || $0.contains(file.etag) } ?? false
    let gzipped = !isKnown && AcceptEncoding.allowsGzip(request.headers) ? file.gzipped : nil
    var response = Response(headers: [
      "Content-Type": MediaType.of(path), "ETag": file.etag, "Cache-Control": "no-cache",
    ])
    AcceptEncoding.describe(isGzip: gzipped != nil, in: &response.headers)
    if isKnown { response.status = .notModified } else { response.body = .bytes(gzipped ?? file.bytes) }
    return response
  }

  private func file(_ path: String) throws(HTTPError) -> CachedFile {
    let full = directory + "/" + path
    guard Self.isPlain(path), leadsInside(full),
      let attributes = try? FileManager.default.attributesOfItem(atPath: full),
      attributes[.type] as? FileAttributeType == .typeRegular,
      let modified = attributes[.modificationDate] as? Date, let size = (attributes[.size] as? NSNumber)?.intValue,
      size <= Self.sizeLimit
    else { throw HTTPError(.notFound, "there is no such file") }
    if let cached = cache.withLock({ $0[path] }), cached.modified == modified, cached.size == size { return cached }
    guard let data = FileManager.default.contents(atPath: full) else {
      throw HTTPError(.notFound, "there is no such file")
    }
    let file = CachedFile(modified: modified, size: size, bytes: Array(data), path: path)
    cache.withLock { $0[path] = file }
    return file
  }

  /// Whether a file is below the directory also when the links on the way to it are followed.
  private func leadsInside(_ full: String) -> Bool {
    guard let folder = Self.resolved(directory), let file = Self.resolved(full) else { return false }
    return file.hasPrefix(folder + "/")
  }

  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Whether every part of the path is a plain name: no `..`, nothing hidden, no NUL.
  private static func isPlain(_ path: String) -> Bool {
    path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
      !part.isEmpty && !part.hasPrefix(".") && !part.utf8.contains(0) && !part.contains("\\")
    }
  }
}
