// swift-tools-version: 6.2
// In a folder of its own: one with the name of the package that it depends on would be taken for it.
import PackageDescription

let package = Package(
  name: "hummingbird-example",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.3.0"),
    .package(name: "datastar-todo", path: "../../.."),
  ],
  targets: [
    .executableTarget(
      name: "App",
      dependencies: [
        .product(name: "Datastar", package: "datastar-todo"),
        .product(name: "DatastarPubSub", package: "datastar-todo"),
        .product(name: "HTMLTemplate", package: "datastar-todo"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
      ])
  ])
