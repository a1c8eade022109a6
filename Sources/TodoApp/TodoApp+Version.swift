extension TodoApp {
  /// The version of this program, as `--version`, the log and `/metrics` say it.
  public static let version = "0.1.0"
}
