import DatastarHTTP
import LibeventHTTP

/// What Datastar's SDK test suite asks of a server: at `/test`, the events that the request's signals describe.
enum ConformanceRoutes {
  /// Answers `/test` to every method that carries signals.
  static var router: Router {
    var router = Router()
    for method in [HTTPMethod.get, .post, .put, .patch, .delete] { router.on(method, "/test", respond) }
    return router
  }

  private static func respond(to request: Request) throws -> Response {
    let input = try request.signals()
    do {
      let events = try ConformanceCase(input).events
      return .events { sse in
        for event in events { sse.add(event) }
      }
    } catch let error as ConformanceError {
      throw HTTPError(.badRequest, "the input's \(error.name) is missing or not known to the protocol")
    } catch {
      throw HTTPError(.badRequest, "the input asks for an event that cannot be made: \(error)")
    }
  }
}
