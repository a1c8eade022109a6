import DatastarLocking
import Foundation
import HTMLTemplate

/// What open pages are made of, as far as it may change while the server runs: shown to `Public/watch.js`, which finds
/// out by it what has.
struct PageEdition: TemplateView, Equatable {
  /// Stands for the templates and the scripts: a page of another one has to be loaded anew.
  let page: String
  /// Stands for the style sheets, which are exchanged in an open page.
  let styles: String

  static let fields = Fields<PageEdition>()
    .text("page") { $0.page }
    .text("styles") { $0.styles }

  /// Looks at the files.
  ///
  /// - Parameter server: tells this process from those before it, which may have shown the same files otherwise.
  init(root: String, server: String) {
    var (page, styles) = ([server], [String]())
    for folder in ["\(root)/Templates", "\(root)/Public"] {
      guard let files = FileManager.default.enumerator(atPath: folder) else { continue }
      for case let path as String in files where !Self.isAside(path) {
        guard let mark = Self.mark(of: "\(folder)/\(path)") else { continue }
        if path.hasSuffix(".css") { styles.append(mark) } else { page.append(mark) }
      }
    }
    (self.page, self.styles) = (Self.digest(page), Self.digest(styles))
  }

  /// Whether an editor has put a file there for itself: hidden ones, `page.html~` and `#page.html#`.
  private static func isAside(_ path: String) -> Bool {
    path.hasSuffix("~") || path.split(separator: "/").contains { $0.hasPrefix(".") || $0.hasPrefix("#") }
  }

  /// What changes with a file; nil for what is none. Folders change with what editors put aside in them.
  private static func mark(of path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    #if canImport(Darwin)
      let modified = status.st_mtimespec
    #else
      let modified = status.st_mtim
    #endif
    return "\(path) \(modified.tv_sec).\(modified.tv_nsec) \(status.st_size)"
  }

  // In an order of their own: a folder's may change with any file in it.
  private static func digest(_ marks: [String]) -> String {
    String(marks.sorted().joined(separator: "\n").utf8.digest, radix: 36)
  }
}
