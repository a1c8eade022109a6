import LibeventHTTP

/// Refuses requests that a page of another site makes the browser send.
///
/// The algorithm of Go 1.25's `http.CrossOriginProtection`: safe methods pass; `Sec-Fetch-Site` decides where the
/// browser sends it; otherwise `Origin` has to name this host. Requests with neither come from no browser and pass.
enum CrossOriginProtection {
  /// - Throws: `HTTPError` 403.
  static func check(_ request: Request) throws(HTTPError) {
    guard isAllowed(request) else {
      throw HTTPError(.forbidden, "this request comes from another site's page; open this site and do it there")
    }
  }

  private static func isAllowed(_ request: Request) -> Bool {
    if [.get, .head, .options].contains(request.method) { return true }
    if let site = request.headers["Sec-Fetch-Site"] { return site == "same-origin" || site == "none" }
    guard let origin = request.headers["Origin"] else { return true }
    guard let host = request.headers["Host"], let scheme = origin.firstRange(of: "://") else { return false }
    return origin[scheme.upperBound...] == host
  }
}
