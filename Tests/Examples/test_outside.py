"""A package elsewhere that depends on this one: what it gets, and what it need not compile."""

import subprocess

from conftest import swift
from todoserver import ROOT

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
