import HTMLTemplate

/// The templates, each bound to its view.
final class ViewTemplates: Sendable {
  /// What the pages are made of; nil where that stays as it is.
  let edition: PageEdition?
  let listPage: Template<ListPage>
  let listFrame: Template<ListView>
  /// What changes are rendered by.
  let deltas: DeltaViews
  let indexPage: Template<IndexPage>
  let indexFrame: Template<IndexView>
  let refusal: Template<RefusalView>
  let notice: Template<Notice>
  let offer: Template<UndoOffer>
  let presence: Template<PresenceView>

  /// Binds the templates to their views.
  ///
  /// - Throws: `TemplateError` for one that is missing or asks for what its view does not offer.
  init(_ templates: Templates, edition: PageEdition? = nil) throws(TemplateError) {
    self.edition = edition
    listPage = try templates.bind("list", to: ListPage.self)
    listFrame = try templates.bind("list/frame", to: ListView.self)
    deltas = try DeltaViews(templates)
    indexPage = try templates.bind("index", to: IndexPage.self)
    indexFrame = try templates.bind("index/frame", to: IndexView.self)
    refusal = try templates.bind("refusal", to: RefusalView.self)
    notice = try templates.bind("notice", to: Notice.self)
    offer = try templates.bind("offer", to: UndoOffer.self)
    presence = try templates.bind("presence", to: PresenceView.self)
  }
}
