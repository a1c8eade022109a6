"""Compressed streams are read live by a browser and by curl, and are whole gzip files when the server ends them."""

import gzip
import subprocess
import threading

from playwright.sync_api import expect

from todopage import add, labels

CHANGES = 1000


def reading(server, *options):
    """curl on the list's stream."""
    return subprocess.Popen(
        ["curl", "-sN", *options, f"{server.url}/subscribe/groceries"], stdout=subprocess.PIPE)


def change(page, server, times):
    """Edits the list's first todo again and again."""
    for number in range(1, times + 1):
        response = page.request.post(
            f"{server.url}/todos/groceries/1/edit", data={"title": f"change {number}"},
            headers={"Datastar-Request": "true"})
        assert response.status == 204


def test_a_browser_and_curl_follow_a_thousand_changes(tabs, server):
    page = tabs()
    add(page, "Milk", "Tea")
    followed = reading(server, "--compressed")
    seen = []

    def follow():
        for line in followed.stdout:
            if b"change " in line:
                seen.append(int(line.split(b"change ")[1].split(b"<")[0]))
            if seen and seen[-1] == CHANGES:
                return

    follower = threading.Thread(target=follow)
    follower.start()
    change(page, server, CHANGES)
    expect(labels(page)).to_have_text([f"change {CHANGES}", "Tea"])
    follower.join(timeout=20)
    assert seen[-1] == CHANGES and seen == sorted(seen) and len(seen) > CHANGES / 100
    followed.terminate()
    followed.wait()


def test_a_stream_that_the_server_ends_is_a_whole_gzip_file(tabs, server):
    page = tabs()
    add(page, "Milk", "Tea")
    raw = reading(server, "-H", "Accept-Encoding: gzip")
    first = raw.stdout.read(10)
    change(page, server, 50)
    server.stop()
    stream = first + raw.stdout.read()
    assert raw.wait() == 0
    assert subprocess.run(["gzip", "-t"], input=stream).returncode == 0
    assert gzip.decompress(stream).count(b"event: ") >= 3
