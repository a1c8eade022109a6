// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "counter",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "datastar-todo", path: "../..")],
  targets: [
    .executableTarget(
      name: "Counter",
      dependencies: [
        .product(name: "DatastarHTTP", package: "datastar-todo"),
        .product(name: "DatastarPubSub", package: "datastar-todo"),
        .product(name: "LibeventHTTP", package: "datastar-todo"),
      ])
  ])
