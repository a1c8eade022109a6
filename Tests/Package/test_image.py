"""The image of deploy/Containerfile, built by buildah from a Debian that debootstrap has made: no registry is asked."""

import json
import shutil
import subprocess
import time
import urllib.request

import pytest
from todoserver import ROOT, free_port


@pytest.fixture
def buildah(tmp_path):
    """Runs buildah with images and containers of its own."""
    if not shutil.which("buildah"):
        pytest.skip("buildah is not here")

    def run(*arguments):
        return [
            "buildah", "--root", tmp_path / "images", "--runroot", tmp_path / "containers", "--storage-driver", "vfs",
            *arguments]

    yield run
    subprocess.run(run("rm", "--all"), check=True, stdout=subprocess.DEVNULL)


def told(command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_an_image_serves_and_ends_in_order(buildah, bare, package):
    base = told(buildah("from", "scratch"))
    told(buildah("copy", base, bare, "/"))
    told(buildah("commit", base, "base"))
    told(buildah(
        "bud", "--isolation", "chroot", "--build-arg", "BASE=localhost/base", "-f", ROOT / "deploy/Containerfile",
        "-t", "todo-server", package.parent))
    image = json.loads(told(buildah("inspect", "--type", "image", "todo-server")))["OCIv1"]["config"]
    assert image["User"] == "todo-server" and "/data" in image["Volumes"]
    assert "TODO_DATABASE=/data/todos.sqlite" in image["Env"]
    container, port = told(buildah("from", "todo-server")), free_port()
    server = subprocess.Popen(buildah(
        "run", "--isolation", "chroot", container, "--", *image["Entrypoint"], "--port", str(port)))
    try:
        assert "New list" in page(server, port)
    finally:
        server.terminate()
        server.wait(timeout=20)


def page(server, port):
    """The first page, once it is answered."""
    while True:
        assert server.poll() is None
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
                return answer.read().decode()
        except OSError:
            time.sleep(0.05)
