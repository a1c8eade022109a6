// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "datastar-todo",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Datastar", targets: ["Datastar"]),
    .library(name: "DatastarPubSub", targets: ["DatastarPubSub"]),
    .library(name: "RedisPubSub", targets: ["RedisPubSub"]),
    .library(name: "HTMLTemplate", targets: ["HTMLTemplate"]),
    .library(name: "HTTPServer", targets: ["HTTPServer"]),
    .library(name: "DatastarHTTP", targets: ["DatastarHTTP"]),
    .executable(name: "todo-server", targets: ["todo-server"]),
    .executable(name: "datastar-conformance", targets: ["datastar-conformance"]),
  ],
  traits: [
    .trait(name: "Redis", description: "Several servers, joined over Redis; needs libhiredis-dev.")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.7.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.6.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CLibevent", pkgConfig: "libevent_pthreads", providers: [.apt(["libevent-dev"]), .brew(["libevent"])]),
    .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"]), .brew(["hiredis"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),

    // The parts, each usable without the others above it.
    .target(name: "Locking"),
    .target(name: "Metrics"),
    .target(name: "Datastar"),
    .target(name: "HTMLTemplate"),
    .target(name: "DatastarPubSub", dependencies: ["Datastar", "Locking"]),
    .target(
      name: "HTTPServer",
      dependencies: ["CLibevent", "CZlib", "Locking", "Metrics", .product(name: "Logging", package: "swift-log")]),
    .target(
      name: "RedisPubSub",
      dependencies: [
        .target(name: "CHiredis", condition: .when(traits: ["Redis"])), "DatastarPubSub", "HTTPServer", "Locking",
        "Metrics",
      ]),
    .target(
      name: "DatastarHTTP",
      dependencies: [
        "CZlib", "Datastar", "DatastarPubSub", "HTTPServer", "Locking", "Metrics",
        .product(name: "Logging", package: "swift-log"),
      ]),
    .target(name: "Todos", dependencies: ["Locking", "Metrics", .product(name: "GRDB", package: "GRDB.swift")]),

    // The application.
    .target(
      name: "TodoApp",
      dependencies: [
        "Datastar", "DatastarHTTP", "DatastarPubSub", "HTMLTemplate", "HTTPServer", "Locking", "Metrics", "Todos",
        .product(name: "Logging", package: "swift-log"),
      ]),
    .executableTarget(
      name: "todo-server",
      dependencies: [
        "DatastarPubSub", "HTTPServer", "Locking", "Metrics",
        .target(name: "RedisPubSub", condition: .when(traits: ["Redis"])), "TodoApp", "Todos",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    .executableTarget(
      name: "rendering-benchmark", dependencies: ["HTMLTemplate", "TodoApp", "Todos"], path: "Benchmarks/Rendering"),
    .executableTarget(
      name: "pubsub-benchmark",
      dependencies: [
        "DatastarPubSub", "Metrics", .target(name: "RedisPubSub", condition: .when(traits: ["Redis"])),
      ], path: "Benchmarks/PubSub"),
    .target(name: "ConformanceCases", dependencies: ["Datastar", "DatastarHTTP", "DatastarPubSub", "HTTPServer"]),
    .executableTarget(
      name: "datastar-conformance",
      dependencies: [
        "ConformanceCases", "HTTPServer",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ]),

    .target(name: "TestSupport", dependencies: ["CZlib", "HTTPServer"], path: "Tests/TestSupport"),
    .testTarget(name: "DatastarTests", dependencies: ["Datastar", "TestSupport"]),
    .testTarget(
      name: "ConformanceCasesTests",
      dependencies: [
        "ConformanceCases", "Datastar", "HTTPServer", "TestSupport", .product(name: "Logging", package: "swift-log"),
      ], exclude: ["Cases"]),
    .testTarget(
      name: "HTTPServerTests",
      dependencies: ["HTTPServer", "Locking", "TestSupport", .product(name: "Logging", package: "swift-log")]),
    .target(name: "BackendContract", dependencies: ["DatastarPubSub", "Locking"], path: "Tests/BackendContract"),
    .testTarget(
      name: "DatastarPubSubTests", dependencies: ["BackendContract", "Datastar", "DatastarPubSub", "Locking"]),
    .testTarget(
      name: "RedisPubSubTests",
      dependencies: ["BackendContract", "DatastarPubSub", "HTTPServer", "Locking", "RedisPubSub", "TestSupport"]),
    .testTarget(
      name: "DatastarHTTPTests",
      dependencies: [
        "Datastar", "DatastarHTTP", "DatastarPubSub", "HTTPServer", "Locking", "TestSupport",
        .product(name: "Logging", package: "swift-log"),
      ]),
    .testTarget(
      name: "TodosTests",
      dependencies: ["Locking", "TestSupport", "Todos", .product(name: "GRDB", package: "GRDB.swift")]),
    .testTarget(
      name: "HTMLTemplateTests", dependencies: ["HTMLTemplate", "TestSupport"], exclude: ["Cases"]),
    .testTarget(
      name: "TodoAppTests",
      dependencies: [
        "DatastarPubSub", "HTMLTemplate", "HTTPServer", "Locking", "TestSupport", "TodoApp", "Todos",
        .product(name: "GRDB", package: "GRDB.swift"), .product(name: "Logging", package: "swift-log"),
      ]),
    .testTarget(
      name: "TodoServerTests",
      dependencies: ["HTTPServer", "TodoApp", "todo-server", .product(name: "Logging", package: "swift-log")]),
    .testTarget(name: "MetricsTests", dependencies: ["Metrics"]),
  ]
)

// An async function runs where its caller does: a handler stays on its event loop without being handed over at each call.
for target in package.targets where [.regular, .executable, .test].contains(target.type) {
  target.swiftSettings = [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]
}

// The fuzzers are built by scripts/fuzz alone, which says where libFuzzer is: the code under test has to be compiled for
// it, and flags like these would keep others from depending on this package.
if let libFuzzer = Context.environment["TODO_LIBFUZZER"] {
  for target in package.targets where target.type == .regular {
    let isUnderTest = target.path == nil
    target.swiftSettings?.append(.unsafeFlags(isUnderTest ? ["-O", "-sanitize=fuzzer"] : ["-O"]))
  }
  package.targets.append(
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "Datastar", "DatastarHTTP", "DatastarPubSub", "HTMLTemplate", "HTTPServer", "TestSupport", "TodoApp", "Todos",
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/Fuzz", exclude: ["Corpus"], swiftSettings: [.unsafeFlags(["-O"])],
      linkerSettings: [
        .unsafeFlags([libFuzzer]), .linkedLibrary("stdc++", .when(platforms: [.linux])),
        .linkedLibrary("c++", .when(platforms: [.macOS])),
      ]))
}
