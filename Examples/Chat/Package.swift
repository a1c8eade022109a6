// swift-tools-version: 6.2
import PackageDescription

let libraries = ["DatastarHTTP", "DatastarPubSub", "HTMLTemplate", "LibeventHTTP"]

let package = Package(
  name: "chat",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "datastar-todo", path: "../..")],
  targets: [
    .target(name: "ChatApp", dependencies: libraries.map { .product(name: $0, package: "datastar-todo") }),
    .executableTarget(
      name: "Chat", dependencies: ["ChatApp", .product(name: "LibeventHTTP", package: "datastar-todo")]),
    .testTarget(
      name: "ChatAppTests",
      dependencies: ["ChatApp", .product(name: "LibeventHTTPTesting", package: "datastar-todo")]),
  ])
