import LibeventHTTP

/// What `--allowed-host` takes: a name as browsers send it, without what stands around it in an address.
enum HostName {
  /// - Throws: ``SettingsError`` for what no request could name, with what to write instead.
  static func checked(_ text: String) throws(SettingsError) -> String {
    guard !isName(text) else { return text }
    let bare = name(in: text)
    throw SettingsError(
      "--allowed-host \(text) is not a host's name: "
        + (isName(bare) ? "write \(bare)" : "write it as browsers send it, of letters, digits, - and ., or * for any"))
  }

  private static func isName(_ text: String) -> Bool {
    if text == "*" || ClientAddress(text) != nil { return true }
    return !text.isEmpty
      && text.utf8.allSatisfy { byte in
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
          || "-._".utf8.contains(byte)
      }
  }

  /// What is left of an address without scheme, port and path.
  private static func name(in text: String) -> String {
    let rest = text.firstRange(of: "://").map { text[$0.upperBound...] } ?? text[...]
    return String(rest.prefix { $0 != "/" && $0 != ":" })
  }
}
