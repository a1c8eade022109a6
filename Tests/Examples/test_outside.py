"""A package elsewhere that depends on this one: what it gets, and what it need not compile."""

import json
import subprocess

from conftest import Example, swift
from streams import read_until
from todoserver import ROOT, free_port, is_free

MANIFEST = """\
// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "outside", platforms: [.macOS(.v15)],
  dependencies: [.package(name: "datastar-todo", path: "{root}")],
  targets: [
    .executableTarget(
      name: "Outside", dependencies: [{products}].map {{ .product(name: $0, package: "datastar-todo") }}),
    {others},
  ])
"""

PROGRAM = """\
import Datastar
import DatastarPubSub

@main enum Outside {
  static func main() async {
    let broadcaster = Broadcaster()
    var frames = broadcaster.frames(of: "news", after: nil).makeAsyncIterator()
    broadcaster.broadcast(to: "news") { $0.patchElements("<p id=\\"news\\">Hello</p>") }
    if let frame = await frames.next() { print(String(decoding: frame.bytes, as: UTF8.self), terminator: "") }
  }
}
"""

# What anybody may call a target.
OTHERS = ["Todos", "Locking", "TestSupport", "HTTPServer"]


def test_who_wants_the_core_alone_compiles_the_core_alone(tmp_path):
    (tmp_path / "Package.swift").write_text(
        MANIFEST.format(
            root=ROOT, products='"Datastar", "DatastarPubSub"',
            others=", ".join(f'.target(name: "{name}")' for name in OTHERS)))
    for target in ["Outside", *OTHERS]:
        (tmp_path / "Sources" / target).mkdir(parents=True)
        (tmp_path / "Sources" / target / f"{target}.swift").write_text(PROGRAM if target == "Outside" else "")
    swift("build", package=tmp_path)
    built = tmp_path / ".build/debug"
    compiled = {folder.name.removesuffix(".build") for folder in built.glob("*.build") if any(folder.glob("*.o"))}
    assert {"Datastar", "DatastarPubSub"} <= compiled
    assert compiled <= {"Outside", *OTHERS, "Datastar", "DatastarPubSub", "DatastarLocking"}
    printed = subprocess.run([built / "Outside"], capture_output=True, text=True, check=True, timeout=20).stdout
    assert printed == 'event: datastar-patch-elements\ndata: elements <p id="news">Hello</p>\n\n'


BESIDE_OTHERS = """\
// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "beside-others", platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "datastar-todo", path: "{root}"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.7.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
  ],
  targets: [
    .executableTarget(
      name: "Outside",
      dependencies: [
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "MetricsTestKit", package: "swift-metrics"),
      ] + [{products}].map {{ .product(name: $0, package: "datastar-todo") }})
  ])
"""

# One topic, served by both as services of one group, and what the libraries count of it.
SERVERS = """\
import Hummingbird
import Metrics
import MetricsTestKit
import ServiceLifecycle
{imports}

@main enum Outside {{
  static func main() async throws {{
    let ports = CommandLine.arguments.dropFirst().compactMap {{ Int($0) }}
    let metrics = TestMetrics()
    MetricsSystem.bootstrap(metrics)
    let news = Payload(version: .init(revision: 1)) {{
      $0.patchElements("<p id=\\"news\\">\\(HTML(escaping: "1 < 2"))</p>")
    }}
    var core = Configuration()
    core.catchUp = {{ _, _ in news }}
    let broadcaster = Broadcaster(core)

    var router = LibeventHTTP.Router()
    router.get("/") {{ _ in .html(metrics.counters.map(\\.label).joined(separator: " ")) }}
    router.get("/news") {{ request in
      broadcaster.stream(request) {{ stream in try await stream.subscribe("news", after: nil) }}
    }}
    var configuration = ServerConfiguration()
    configuration.port = ports[0]
    let server = Server(configuration: configuration, router: router)

    let hummingbird = Hummingbird.Router()
    hummingbird.get("/news") {{ _, _ in
      let body = ResponseBody {{ writer in
        for await frame in broadcaster.frames(of: "news", after: nil) {{
          try await writer.write(ByteBuffer(bytes: frame.bytes))
        }}
        try await writer.finish(nil)
      }}
      return Hummingbird.Response(status: .ok, headers: [.contentType: "text/event-stream"], body: body)
    }}
    let application = Application(
      router: hummingbird, configuration: .init(address: .hostname("127.0.0.1", port: ports[1])))
    try await ServiceGroup(services: [server, application], logger: application.logger).run()
  }}
}}
"""


class TwoServers(Example):
    """One program with a server on each of two ports, which begin one after the other."""

    def __init__(self, program, log):
        self.other = free_port()
        super().__init__(program, log, self.other)

    def answers(self):
        return super().answers() and not is_free(self.other)


def test_all_libraries_serve_beside_another_server_and_its_metrics(request, tmp_path):
    described = json.loads(subprocess.check_output(["swift", "package", "describe", "--type", "json"], cwd=ROOT))
    libraries = [product["name"] for product in described["products"] if "library" in product["type"]]
    (tmp_path / "Sources/Outside").mkdir(parents=True)
    (tmp_path / "Package.swift").write_text(
        BESIDE_OTHERS.format(root=ROOT, products=", ".join(f'"{name}"' for name in libraries)))
    (tmp_path / "Sources/Outside/Outside.swift").write_text(
        SERVERS.format(imports="\n".join(f"import {name}" for name in libraries)))
    swift("build", package=tmp_path)
    server = TwoServers(tmp_path / ".build/debug/Outside", tmp_path / "log")
    request.addfinalizer(server.stop)
    server.start()
    for port in [server.port, server.other]:
        with server.stream("/news", port=port) as stream:
            read_until(stream, '<p id="news">1 &lt; 2</p>')
    assert "http_server_requests_total" in server.request("GET", "/")[1]
