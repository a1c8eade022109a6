/// The connections on one topic, grouped by where their sinks run.
struct Subscribers {
  /// Connections that one hop reaches. The array is shared with deliveries under way, by reference.
  struct Group {
    let executor: (any DeliveryExecutor)?
    var connections: [Connection] = []
    var positions: [Connection.ID: Int] = [:]
  }

  private(set) var groups: [ObjectIdentifier?: Group] = [:]

  var count: Int { groups.values.reduce(0) { $0 + $1.connections.count } }
  var isEmpty: Bool { groups.isEmpty }

  /// Answers whether the connection was not there yet.
  mutating func insert(_ connection: Connection) -> Bool {
    let key = connection.executor.map { ObjectIdentifier($0) }
    var group = groups.removeValue(forKey: key) ?? Group(executor: connection.executor)
    defer { groups[key] = group }
    guard group.positions[connection.id] == nil else { return false }
    group.positions[connection.id] = group.connections.count
    group.connections.append(connection)
    return true
  }

  /// Answers whether the connection was there.
  mutating func remove(_ id: Connection.ID) -> Bool {
    guard let (key, _) = groups.first(where: { $0.value.positions[id] != nil }),
      var group = groups.removeValue(forKey: key), let position = group.positions.removeValue(forKey: id)
    else { return false }
    // The last one takes the place that becomes free, so leaving costs the same however many stay.
    group.connections.swapAt(position, group.connections.endIndex - 1)
    group.connections.removeLast()
    if position < group.connections.endIndex { group.positions[group.connections[position].id] = position }
    if !group.connections.isEmpty { groups[key] = group }
    return true
  }
}
