import Datastar
import DatastarHTTP
import DatastarLocking
import DatastarPubSub
import HTMLTemplate
import LibeventHTTP
import TodoStorage

/// All that is rendered: pages, the frames that keep them in step, and notices.
package struct Views: Sendable {
  /// Whether the page loads the client script from here, and not from its public address.
  let hasVendoredClient: Bool
  /// How many frames have been rendered.
  let renderedFrames = Tally()
  private let current: Locked<ViewTemplates>

  /// Binds the templates to their views.
  ///
  /// - Throws: `TemplateError` for one that is missing or asks for what its view does not offer.
  package init(_ templates: Templates, hasVendoredClient: Bool) throws(TemplateError) {
    try self.init(templates, hasVendoredClient: hasVendoredClient, edition: nil)
  }

  /// - Parameter edition: what pages tell changes by; nil where there are none.
  init(_ templates: Templates, hasVendoredClient: Bool, edition: PageEdition?) throws(TemplateError) {
    self.hasVendoredClient = hasVendoredClient
    current = Locked(try ViewTemplates(templates, edition: edition))
  }

  /// The templates in use, to be asked for once by all that is rendered in one go.
  var templates: ViewTemplates { current.withLock { $0 } }

  /// Renders everything by other templates from now on.
  ///
  /// - Throws: `TemplateError` as when they are bound first; those before stay in use then.
  func use(_ templates: Templates, edition: PageEdition) throws(TemplateError) {
    let new = try ViewTemplates(templates, edition: edition)
    current.withLock { $0 = new }
  }

  /// The page of one list.
  func page(
    of list: TodoList, filter: Filter, editing: Todo.ID? = nil, undo: Deletion? = nil, notice: String? = nil
  ) -> [UInt8] {
    let templates = templates
    let page = ListPage(
      list: ListView(list), filter: filter, editing: EditView(editing, in: list),
      offer: undo.map(UndoOffer.init), notice: notice, isVendored: hasVendoredClient, edition: templates.edition)
    return self.page(templates.listPage, page, expectedSize: Self.size(of: list))
  }

  /// The page of all lists.
  func page(of index: ListIndex, undo: Deletion?) -> [UInt8] {
    let templates = templates
    let page = IndexPage(
      index: IndexView(index), offer: undo.map(UndoOffer.init), isVendored: hasVendoredClient,
      edition: templates.edition)
    return self.page(templates.indexPage, page, expectedSize: Self.size(of: index))
  }

  private func page<View>(_ template: Template<View>, _ view: View, expectedSize: Int) -> [UInt8] {
    var html: [UInt8] = []
    html.reserveCapacity(expectedSize)
    template.render(view, into: &html)
    return html
  }

  // Room for all of it at once: what is long would otherwise be copied a dozen times while it grows.
  private static func size(of list: TodoList) -> Int { 8_192 + 500 * list.todos.count }
  private static func size(of index: ListIndex) -> Int { 8_192 + 280 * index.lists.count }

  /// The page that says why a request was refused.
  func page(_ view: RefusalView) -> [UInt8] {
    templates.refusal.render(view).bytes
  }

  /// What brings every page of a list in step.
  ///
  /// - Parameter version: of the payload; the list's revision unless it is given.
  package func frame(of list: TodoList, version: Payload.Version? = nil) -> Payload {
    frame(
      templates.listFrame, ListView(list), version: version ?? .init(revision: list.revision),
      expectedSize: Self.size(of: list))
  }

  /// What brings every page of all lists in step.
  func frame(of index: ListIndex) -> Payload {
    frame(
      templates.indexFrame, IndexView(index), version: .init(revision: index.revision),
      expectedSize: Self.size(of: index))
  }

  private func frame<View>(
    _ template: Template<View>, _ view: View, version: Payload.Version, expectedSize: Int
  ) -> Payload {
    renderedFrames.add()
    let event = ServerSentEvent(PatchElements(utf8: elements(template, view, expectedSize)), eventID: version.eventID)
    return Payload(event.bytes, version: version)
  }
}

/// Renders what becomes data of an event, of which the file's last line end would be an empty line.
func elements<View>(_ template: Template<View>, _ view: View, _ expectedSize: Int = 0) -> [UInt8] {
  var html: [UInt8] = []
  html.reserveCapacity(expectedSize)
  template.render(view, into: &html)
  if html.last == 0x0A { html.removeLast() }
  return html
}

// MARK: - What comes and goes

extension Views {
  /// An event for every page that has seen something go: what it was, and a button that brings it back.
  func offerToUndo(_ deletion: Deletion) -> Payload {
    events { sse in
      sse.patchElements(elements(templates.offer, UndoOffer(deletion: deletion)), selector: "#offers", mode: .append)
    }
  }

  /// Takes an offer away that somebody has taken.
  func offerTaken(_ deletion: DeletionID) -> Payload {
    events { sse in sse.removeElements("#undo-\(deletion)") }
  }

  /// Shows Datastar why a command was refused, and tells the page that it was, which has kept what was typed.
  func refusal(_ reason: String) -> Response {
    .events { sse in
      sse.patchElements(elements(templates.notice, Notice(reason: reason)))
      sse.patchSignals(["_refused": true])
    }
  }

  /// Shows Datastar what there is to be said of a command that was carried out.
  func notice(_ text: String) -> Response {
    .events { sse in sse.patchElements(elements(templates.notice, Notice(reason: text))) }
  }

  /// An event that says how many have a list open, and who edits which todo.
  func presence(_ count: Int, edits: String, mark: String) -> [UInt8] {
    let view = PresenceView(count: count, edits: edits, mark: mark)
    return events { sse in sse.patchElements(elements(templates.presence, view)) }.bytes
  }

  private func events(_ build: (inout EventCollector) -> Void) -> Payload {
    var events = EventCollector()
    build(&events)
    return Payload(events.bytes)
  }
}
