import HTMLTemplate
import LibeventHTTP

/// The files that pages are made of: templates, and what browsers load for these.
struct PageFiles: Sendable {
  /// The folder that has `Templates/` and `Public/` in it.
  let root: String
  /// What browsers load.
  let publicFiles: StaticFiles

  init(root: String) {
    self.root = root
    publicFiles = StaticFiles(directory: root + "/Public")
  }

  /// Datastar's, which pages load from elsewhere where it is not here.
  static let client = "vendor/datastar.js"

  var hasClient: Bool { publicFiles.has(Self.client) }

  /// Reads the templates, and checks that there is all that they load.
  ///
  /// - Throws: `TemplateError` for what is missing, and for a template that cannot be parsed.
  func templates() throws(TemplateError) -> Templates {
    let templates = try Templates(directory: root + "/Templates")
    let needed = templates.addresses(below: "/public/").subtracting([Self.client])
    guard let missing = needed.sorted().first(where: { !publicFiles.has($0) }) else { return templates }
    throw TemplateError(
      file: "\(root)/Public/\(missing)", line: nil,
      reason: "the pages need this file, and it is missing or cannot be read; --root names the folder that has all")
  }
}
