import DatastarPubSub
import TodoStorage

extension Topic {
  /// The list that a topic of the form `<prefix><list>` is about; nil for any other topic.
  func list(after prefix: String) -> ListName? {
    name.hasPrefix(prefix) ? try? ListName(String(name.dropFirst(prefix.count))) : nil
  }
}
