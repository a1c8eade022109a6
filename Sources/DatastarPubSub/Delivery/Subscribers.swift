/// The connections on one topic, and the outlets that serve them.
struct Subscribers {
  private var outletIDs: [Connection.ID: ObjectIdentifier] = [:]
  private var served: [ObjectIdentifier: (outlet: any Outlet, connections: Int)] = [:]

  var count: Int { outletIDs.count }
  var isEmpty: Bool { outletIDs.isEmpty }
  var outlets: [any Outlet] { served.values.map(\.outlet) }

  /// The connections that an outlet serves.
  func connections(at outlet: any Outlet) -> [Connection.ID] {
    outletIDs.filter { $0.value == ObjectIdentifier(outlet) }.map(\.key)
  }

  /// Returns whether the connection was not there yet.
  mutating func insert(_ connection: Connection) -> Bool {
    let outlet = ObjectIdentifier(connection.outlet)
    guard outletIDs.updateValue(outlet, forKey: connection.id) == nil else { return false }
    served[outlet, default: (connection.outlet, 0)].connections += 1
    return true
  }

  /// Returns whether the connection was there.
  mutating func remove(_ id: Connection.ID) -> Bool {
    guard let outlet = outletIDs.removeValue(forKey: id) else { return false }
    served[outlet]?.connections -= 1
    if served[outlet]?.connections == 0 { served[outlet] = nil }
    return true
  }
}
