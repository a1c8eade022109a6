import Datastar
import DatastarLocking
import DatastarPubSub
import HTMLTemplate
import LibeventHTTP
import Logging

/// Reads the templates anew when one changes, and tells open pages of that and of their scripts and styles: for whoever
/// works on them.
///
/// Templates that cannot be used leave those before them in use, and the pages show what is wrong.
final class FileWatch: Sendable {
  /// Where pages ask for what they should show.
  static let path = "/watch"
  /// How often the files are looked at.
  private static let interval = Duration.milliseconds(100)

  /// The files as they were when the watch began.
  let first: PageEdition
  private let files: PageFiles
  private let server = String(UInt64.random(in: 0 ... .max), radix: 36)
  private let logger: Logger
  private let state: Locked<State>

  private struct State {
    var edition: PageEdition
    /// Why the newest templates are not in use.
    var error: TemplateError?
    var looking: Task<Void, Never>?
  }

  /// Notes how the files are. To be made before they are read, so that no change is missed.
  init(_ files: PageFiles, logger: Logger) {
    (self.files, self.logger) = (files, logger)
    first = PageEdition(root: files.root, server: server)
    state = Locked(State(edition: first))
  }

  /// Has the views follow the files from now on.
  func begin(_ views: Views, _ broadcaster: Broadcaster) {
    let looking = Task { [weak self, first] in
      var (taken, seen) = (first, first)
      while (try? await Task.sleep(for: Self.interval)) != nil, let self {
        let edition = PageEdition(root: files.root, server: server)
        // Editors write a file in several steps: it is taken when it has stayed the same for a while.
        if edition != taken, edition == seen {
          take(edition, views, broadcaster)
          taken = edition
        }
        seen = edition
      }
    }
    state.withLock { $0.looking = looking }
  }

  /// Ends the watch.
  func close() {
    state.withLock { $0.looking }?.cancel()
  }

  private func take(_ edition: PageEdition, _ views: Views, _ broadcaster: Broadcaster) {
    do throws(TemplateError) {
      try views.use(files.templates(), edition: edition)
      broadcaster.forgetKept()
      // Afterwards, since a page that is told of it loads itself anew.
      state.withLock { ($0.edition, $0.error) = (edition, nil) }
      logger.notice("Templates and Public have been read again")
    } catch {
      state.withLock { $0.error = error }
      logger.error("a template cannot be used, and those before it stay in use", metadata: ["error": "\(error)"])
    }
  }

  func add(to router: inout Router) {
    router.get(Self.path) { [self] _ in
      let (edition, error) = state.withLock { ($0.edition, $0.error) }
      let answer: SignalObject = [
        "page": .string(edition.page), "styles": .string(edition.styles),
        "error": error.map { .string($0.description) } ?? .null,
      ]
      return Response(
        headers: ["Content-Type": "application/json", "Cache-Control": "no-store"], body: answer.json)
    }
  }
}
