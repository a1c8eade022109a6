// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "datastar-todo",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Datastar", targets: ["Datastar"]),
    .library(name: "DatastarPubSub", targets: ["DatastarPubSub"]),
    .library(name: "DatastarPubSubTesting", targets: ["DatastarPubSubTesting"]),
    .library(name: "BrokerPubSub", targets: ["BrokerPubSub"]),
    .library(name: "HTMLTemplate", targets: ["HTMLTemplate"]),
    .library(name: "LibeventHTTP", targets: ["LibeventHTTP"]),
    .library(name: "LibeventHTTPTesting", targets: ["LibeventHTTPTesting"]),
    .library(name: "DatastarHTTP", targets: ["DatastarHTTP"]),
    .library(name: "TodoStorage", targets: ["TodoStorage"]),
    .library(name: "TodoStorageTesting", targets: ["TodoStorageTesting"]),
    .executable(name: "todo-server", targets: ["todo-server"]),
    .executable(name: "datastar-conformance", targets: ["datastar-conformance"]),
  ],
  traits: [
    .trait(name: "NATS", description: "Several servers, joined over NATS; needs libnats-dev."),
    .trait(
      name: "PostgreSQL", description: "Lists in a PostgreSQL, and servers joined over it; needs libpq-dev."),
    .trait(name: "Redis", description: "Several servers, joined over Redis; needs libhiredis-dev."),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.7.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.7.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.6.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CLibevent", pkgConfig: "libevent_pthreads", providers: [.apt(["libevent-dev"]), .brew(["libevent"])]),
    .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"]), .brew(["hiredis"])]),
    .systemLibrary(name: "CNATS", pkgConfig: "libnats", providers: [.apt(["libnats-dev"]), .brew(["cnats"])]),
    .systemLibrary(
      name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),

    // The parts, each usable without the others above it.
    .target(name: "DatastarLocking"),
    .target(name: "Datastar"),
    .target(name: "HTMLTemplate"),
    .target(name: "DatastarPubSub", dependencies: ["Datastar", "DatastarLocking"]),
    .target(name: "DatastarPubSubTesting", dependencies: ["DatastarLocking", "DatastarPubSub"]),
    .target(
      name: "LibeventHTTP",
      dependencies: [
        "CLibevent", "CZlib", "DatastarLocking", .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"), .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    .target(
      name: "LibeventHTTPTesting",
      dependencies: [
        "CLibevent", "DatastarLocking", "LibeventHTTP", .product(name: "Logging", package: "swift-log"),
      ]),
    .target(
      name: "BrokerPubSub",
      dependencies: [
        "CLibevent", "DatastarLocking", "DatastarPubSub", "LibeventHTTP",
        .target(name: "CHiredis", condition: .when(traits: ["Redis"])),
        .target(name: "CNATS", condition: .when(traits: ["NATS"])),
        .target(name: "CPostgreSQL", condition: .when(traits: ["PostgreSQL"])),
      ]),
    .target(
      name: "DatastarHTTP",
      dependencies: [
        "CZlib", "Datastar", "DatastarLocking", "DatastarPubSub", "LibeventHTTP",
        .product(name: "Logging", package: "swift-log"), .product(name: "Metrics", package: "swift-metrics"),
      ]),
    .target(
      // The folder's name alone could be that of any target beside this package.
      name: "TodoStorage",
      dependencies: [
        "DatastarLocking", .target(name: "CPostgreSQL", condition: .when(traits: ["PostgreSQL"])),
        .product(name: "GRDB", package: "GRDB.swift"),
      ], path: "Sources/Todos"),
    .target(name: "TodoStorageTesting", dependencies: ["DatastarLocking", "TodoStorage"]),

    // The application.
    .target(
      name: "TodoApp",
      dependencies: [
        "Datastar", "DatastarHTTP", "DatastarLocking", "DatastarPubSub", "HTMLTemplate", "LibeventHTTP", "TodoStorage",
        .product(name: "Logging", package: "swift-log"), .product(name: "Metrics", package: "swift-metrics"),
      ]),
    .executableTarget(
      name: "todo-server",
      dependencies: [
        "DatastarLocking", "DatastarPubSub", "LibeventHTTP", "TodoApp", "TodoStorage",
        .target(name: "BrokerPubSub", condition: .when(traits: ["NATS", "PostgreSQL", "Redis"])),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    .executableTarget(
      name: "rendering-benchmark", dependencies: ["HTMLTemplate", "TodoApp", "TodoStorage"],
      path: "Benchmarks/Rendering"),
    .executableTarget(
      name: "pubsub-benchmark",
      dependencies: [
        "DatastarLocking", "DatastarPubSub",
        .target(name: "BrokerPubSub", condition: .when(traits: ["NATS", "PostgreSQL", "Redis"])),
      ], path: "Benchmarks/PubSub"),
    .executableTarget(
      name: "datastar-conformance",
      dependencies: [
        "Datastar", "DatastarHTTP", "DatastarPubSub", "LibeventHTTP",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ]),

    .target(
      name: "TodoTestSupport",
      dependencies: ["CZlib", "DatastarLocking", "LibeventHTTP", .product(name: "Logging", package: "swift-log")],
      path: "Tests/Support/Swift"),
    .testTarget(name: "DatastarTests", dependencies: ["Datastar", "TodoTestSupport"]),
    .testTarget(
      name: "DatastarConformanceTests",
      dependencies: [
        "Datastar", "LibeventHTTP", "TodoTestSupport", "datastar-conformance",
        .product(name: "Logging", package: "swift-log"),
      ], exclude: ["Cases"]),
    .testTarget(
      name: "LibeventHTTPTests",
      dependencies: [
        "DatastarLocking", "LibeventHTTP", "LibeventHTTPTesting", "TodoTestSupport",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "MetricsTestKit", package: "swift-metrics"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    .testTarget(
      name: "DatastarPubSubTests",
      dependencies: ["Datastar", "DatastarLocking", "DatastarPubSub", "DatastarPubSubTesting", "HTMLTemplate"]),
    .testTarget(
      name: "BrokerPubSubTests",
      dependencies: [
        "BrokerPubSub", "DatastarLocking", "DatastarPubSub", "DatastarPubSubTesting", "LibeventHTTP", "TodoTestSupport",
      ]),
    .testTarget(
      name: "DatastarHTTPTests",
      dependencies: [
        "Datastar", "DatastarHTTP", "DatastarLocking", "DatastarPubSub", "HTMLTemplate", "LibeventHTTP",
        "TodoTestSupport",
        .product(name: "Logging", package: "swift-log"), .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "MetricsTestKit", package: "swift-metrics"),
      ]),
    .testTarget(
      name: "TodoStorageTests",
      dependencies: [
        "DatastarLocking", "TodoStorage", "TodoStorageTesting", "TodoTestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
      ], path: "Tests/TodosTests"),
    .testTarget(
      name: "HTMLTemplateTests", dependencies: ["HTMLTemplate", "TodoTestSupport"], exclude: ["Cases"]),
    .testTarget(
      name: "TodoAppTests",
      dependencies: [
        "DatastarLocking", "DatastarPubSub", "HTMLTemplate", "LibeventHTTP", "LibeventHTTPTesting", "TodoApp",
        "TodoTestSupport", "TodoStorage",
        .product(name: "GRDB", package: "GRDB.swift"), .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
      ]),
    .testTarget(
      name: "TodoServerTests",
      dependencies: ["LibeventHTTP", "TodoApp", "todo-server", .product(name: "Logging", package: "swift-log")]),
  ]
)

// An async function runs where its caller does: a handler stays on its event loop without being handed over at each call.
for target in package.targets where [.regular, .executable, .test].contains(target.type) {
  target.swiftSettings = [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]
}

// What builds the documentation is no dependency of those who build the libraries.
if Context.environment["TODO_DOCS"] != nil {
  package.dependencies.append(.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"))
}

// The fuzzers are built by scripts/fuzz alone, which says where libFuzzer is: the code under test has to be compiled for
// it, and flags like these would keep others from depending on this package.
if let libFuzzer = Context.environment["TODO_LIBFUZZER"] {
  for target in package.targets where target.type == .regular {
    let isUnderTest = target.path?.hasPrefix("Tests/") != true
    target.swiftSettings?.append(.unsafeFlags(isUnderTest ? ["-O", "-sanitize=fuzzer"] : ["-O"]))
  }
  package.targets.append(
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "Datastar", "DatastarHTTP", "DatastarPubSub", "HTMLTemplate", "LibeventHTTP", "TodoApp", "TodoTestSupport",
        "TodoStorage", .product(name: "Logging", package: "swift-log"),
      ],
      path: "Tests/Fuzz", exclude: ["Corpus"], swiftSettings: [.unsafeFlags(["-O"])],
      linkerSettings: [
        .unsafeFlags([libFuzzer]), .linkedLibrary("stdc++", .when(platforms: [.linux])),
        .linkedLibrary("c++", .when(platforms: [.macOS])),
      ]))
}
