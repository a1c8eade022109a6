import DatastarPubSub
import TodoStorage

/// Who edits which todo.
extension Presence {
  /// Shows to the others that a tab edits a todo of a list, or none any more.
  func note(_ todo: Todo.ID?, by tab: ClientID, in list: ListName) {
    // Nobody who has the list open could say so of a list that nobody has open.
    guard count(of: list) > 0 else { return }
    let (isNews, isFirst) = state.withLock { state in
      var editors = state.editors[list] ?? Editors()
      let isNews = editors.note(todo, by: tab)
      state.editors[list] = editors.isEmpty ? nil : editors
      return (isNews, !editors.isEmpty && state.watched.insert(list).inserted)
    }
    if isNews { changed(list) }
    if isFirst { forgetSilentEditors(of: list) }
  }

  /// Looks from time to time, for as long as a list has editors, which of them have gone without a word.
  private func forgetSilentEditors(of list: ListName) {
    Task { [weak self] in
      var isWatched = true
      while isWatched, (try? await Task.sleep(for: Editors.memory / 3)) != nil, let self {
        let isNews = state.withLock { state in
          guard var editors = state.editors[list] else { return false }
          defer { state.editors[list] = editors.isEmpty ? nil : editors }
          return editors.forget()
        }
        if isNews { changed(list) }
        isWatched = state.withLock { $0.editors[list] != nil || $0.watched.remove(list) == nil }
      }
    }
  }
}
