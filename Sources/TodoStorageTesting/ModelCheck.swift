import Testing
import TodoStorage

extension StoreUnderTest {
  func matchModel() async throws {
    for seed in 1...8 as ClosedRange<UInt64> { try await matchModel(seed, in: ListName("model-\(seed)")) }
  }

  private func matchModel(_ seed: UInt64, in name: ListName) async throws {
    var random = SeededNumbers(seed: seed)
    var model: [Todo] = []
    for step in 0..<150 {
      let target = model.randomElement(using: &random)
      switch Int.random(in: 0..<9, using: &random) {
      case 0...2:
        let title = "todo \(step)"
        let change = try await store.add(Title(title), to: name)
        model.append(Todo(id: try #require(change.added), title: title, isCompleted: false))
      case 3:
        guard let target, let index = model.firstIndex(of: target) else { continue }
        _ = try await store.setCompleted(nil, target.id, in: name)
        model[index] = Todo(id: target.id, title: target.title, isCompleted: !target.isCompleted)
      case 4:
        guard let target, let index = model.firstIndex(of: target) else { continue }
        _ = try await store.edit(target.id, in: name, title: Title("edit \(step)"))
        model[index] = Todo(id: target.id, title: "edit \(step)", isCompleted: target.isCompleted)
      case 5:
        guard let target, let index = model.firstIndex(of: target) else { continue }
        let deletion = try await store.delete(target.id, in: name).deletion
        if Bool.random(using: &random) {
          _ = try await store.undo(try #require(deletion?.id))
        } else {
          model.remove(at: index)
        }
      case 6:
        guard let target, let index = model.firstIndex(of: target) else { continue }
        model.remove(at: index)
        let place = Int.random(in: 0...model.count, using: &random)
        _ = try await store.move(target.id, in: name, after: place == 0 ? nil : model[place - 1].id)
        model.insert(target, at: place)
      case 7:
        guard !model.isEmpty else { continue }
        let deletion = try await store.clearCompleted(in: name).deletion
        if let deletion, Bool.random(using: &random) {
          _ = try await store.undo(deletion.id)
        } else {
          model.removeAll(where: \.isCompleted)
        }
      default:
        guard !model.isEmpty else { continue }
        let wanted = model.contains { !$0.isCompleted }
        _ = try await store.setAllCompleted(nil, in: name)
        model = model.map { Todo(id: $0.id, title: $0.title, isCompleted: wanted) }
      }
      #expect(try await store.list(name).todos == model, "seed \(seed), step \(step)")
    }
  }
}
