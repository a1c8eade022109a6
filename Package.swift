// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "datastar-todo",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Datastar", targets: ["Datastar"]),
    .library(name: "DatastarPubSub", targets: ["DatastarPubSub"]),
  ],
  dependencies: [
  ],
  targets: [

    // The parts, each usable without the others above it.
    .target(name: "Locking"),
    .target(name: "Datastar"),
    .target(name: "DatastarPubSub", dependencies: ["Datastar", "Locking"]),

    // The application.
    .target(name: "ConformanceCases", dependencies: ["Datastar"]),

    .testTarget(name: "DatastarTests", dependencies: ["ConformanceCases", "Datastar"], exclude: ["Cases"]),
    .testTarget(name: "DatastarPubSubTests", dependencies: ["Datastar", "DatastarPubSub", "Locking"]),
  ]
)
