@_exported import struct HTTPTypes.HTTPResponse

/// A response's status (RFC 9110, section 15): those that are registered have names, and any other is made of its code.
public typealias HTTPStatus = HTTPResponse.Status

extension HTTPResponse.Status {
  /// Whether a response with this status may have a body.
  var hasBody: Bool { code >= 200 && code != 204 && code != 304 }

  /// Whether this says that what was asked for is not done.
  var isRefusal: Bool { code >= 400 }
}
