"""The proxies' files of deploy/ in service: changed with streams open, with a login in front, with a disk that is full."""

import asyncio
import base64
import contextlib
import http.server
import re
import sqlite3
import subprocess
import threading

import pytest
from proxies import NAME, Caddy, Nginx
from streams import Decoder, request
from todoserver import ROOT

STREAMS = 1_000
JSON = {"Content-Type": "application/json"}
PAGE = JSON | {"Datastar-Request": "true"}
MILK = b'{"newTodo":"Milk"}'


@pytest.fixture(params=[Caddy, Nginx])
def make(request, start, tmp_path):
    """Makes a proxy in front of a server, with a folder for what is added to its site."""
    sites = []

    def make_site(*options):
        server = start("--behind-proxy", "--allowed-host", NAME, *options)
        site = request.param(tmp_path, server.port)
        (tmp_path / "todo-server.d").mkdir()
        sites.append(site)
        return site, server

    yield make_site
    for site in sites:
        if site.is_running():
            site.stop()


# MARK: A change of its files


class Follower(asyncio.Protocol):
    """A stream through a proxy."""

    def __init__(self, host):
        self.host = host
        self.decoder = Decoder()
        self.is_open = False

    def connection_made(self, transport):
        self.is_open, self.transport = True, transport
        transport.write(request("/subscribe/a", host=self.host))

    def data_received(self, data):
        self.decoder.feed(data)

    def connection_lost(self, error):
        self.is_open = False


async def follow(site, server):
    """Opens the streams, reloads the proxy and answers what the streams show, and whether they are still open."""
    loop, trust = asyncio.get_running_loop(), site.trust()
    followers = [Follower(f"{NAME}:{site.port}") for _ in range(STREAMS)]
    for place in range(0, STREAMS, 50):
        await asyncio.gather(*(
            loop.create_connection(lambda one=one: one, "127.0.0.1", site.port, ssl=trust, server_hostname=NAME)
            for one in followers[place:place + 50]))

    async def all_show(titles):
        async with asyncio.timeout(60):
            while any(one.is_open and one.decoder.titles() != titles for one in followers):
                await asyncio.sleep(0.05)

    await all_show(["Milk"])
    await asyncio.to_thread(site.reload)
    # Longer than a proxy gives those that it would end.
    await asyncio.sleep(5)
    await asyncio.to_thread(server.post, "/todos/a", newTodo="Tea")
    await all_show(["Milk", "Tea"])
    still_open = sum(one.is_open for one in followers)
    for one in followers:
        one.transport.abort()
    return still_open


def test_a_proxy_that_reads_its_files_anew_ends_no_stream(make):
    site, server = make("--connections-per-address", "0")
    site.start()
    server.post("/todos/a", newTodo="Milk")
    assert asyncio.run(follow(site, server)) == STREAMS
    assert site.request("GET", "/lists/a")[0] == 200


# MARK: What is not for the public


def test_what_is_for_those_who_watch_is_not_for_those_who_come_by_the_proxy(make):
    site, server = make()
    site.start()
    for path in ["/metrics", "/readyz"]:
        assert site.request("GET", path)[0] == 404
        assert server.get(path)[0] == 200
    assert site.request("GET", "/healthz")[0] == 200


def test_a_site_with_a_name_is_to_be_asked_by_tls_for_good_and_what_it_answers_is_named_in_both_logs(make):
    site, server = make("--log-level", "info")
    site.start()
    status, _, header = site.ask("GET", "/lists/a")
    assert (status, header["Strict-Transport-Security"]) == (200, "max-age=31536000")
    (id, others), = server.logged(r" path=/lists/a(?: proxy_request=(\S+))? request=(\S+) ")
    site.stop()
    log = "".join(log.read_text() for log in site.folder.glob("*.log") if log != server.log)
    assert header["X-Request-Id"] == others and (id or others) in log


def test_no_log_of_a_proxy_names_an_unlisted_list(make, tmp_path):
    site, server = make("--log-level", "info")
    site.start()
    name = "u-" + "0123456789abcdef" * 2
    for path in [f"/lists/{name}", f"/lists/{name.upper()}.json", f"/lists/{name.replace('-', '%2D')}",
                 f"/undo/1?list={name}", f"/lists/{name.replace('u', '%75')}?filter=active"]:
        site.request("GET", path, headers={"Referer": f"{site.url}/lists/{name}"})
    site.stop()
    logs = "".join(log.read_text() for log in tmp_path.glob("*.log"))
    assert "0123456789abcdef" not in logs.lower()
    assert "/lists/u-unlisted" in logs


# MARK: A database that cannot be written


def test_reading_goes_on_and_the_reason_is_told_while_nothing_can_be_written(make):
    site, server = make()
    site.start()
    assert site.request("POST", "/todos/a", MILK, JSON)[0] == 201
    with contextlib.closing(sqlite3.connect(server.database)) as other:
        other.execute("BEGIN IMMEDIATE")
        # Long enough for a proxy to ask how the server is.
        for _ in range(3):
            status, text = site.request("POST", "/todos/a", MILK, PAGE)
            assert (status, "locked" in text) == (200, True) or (status, "locked" in text) == (503, True), (status, text)
            assert site.request("GET", "/lists/a")[0] == 200
    assert site.request("POST", "/todos/a", MILK, PAGE)[0] in (201, 204)


def test_what_is_too_large_is_refused_by_the_server_in_its_own_words(make):
    site, server = make()
    site.start()
    body = b'{"newTodo":"' + b"x" * 300_000 + b'"}'
    refused = server.request("POST", "/todos/a", body, JSON)
    assert refused[0] == 413
    assert site.request("POST", "/todos/a", body, JSON) == refused


# MARK: A login


def words(folder, name):
    """A file of the runbook, by its path."""
    text = (ROOT / "docs/operating.md").read_text()
    return re.search(rf"^`/etc/{folder}/todo-server.d/{name}`.*?\n```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)[1]


def add_login(site, name, **values):
    """Adds to a site what the runbook says."""
    folder, file = ("caddy", f"{name}.caddy") if isinstance(site, Caddy) else ("nginx", f"{name}.conf")
    text = words(folder, file)
    for old, new in values.items():
        text = text.replace(old, new)
    (site.folder / "todo-server.d" / file).write_text(text.replace("/etc/nginx/todo-server.users", f"{site.folder}/users"))


def told(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def all_statuses(site, headers):
    """The statuses of a page, of a stream's answer and of a page's command."""
    return [
        site.request("GET", "/lists/a", headers=headers)[0], site.request("GET", "/subscribe/a?once", headers=headers)[0],
        site.request("POST", "/todos/a", MILK, PAGE | headers)[0]]


def test_a_login_by_password_is_asked_for_everywhere_and_lets_in(make):
    site, server = make()
    hashed = told("openssl", "passwd", "-apr1", "secret")
    (site.folder / "users").write_text(f"anna:{hashed}")
    if isinstance(site, Caddy):
        hashed = told("caddy", "hash-password", "--plaintext", "secret")
    add_login(site, "login", HASH=hashed)
    site.start()
    login = {"Authorization": "Basic " + base64.b64encode(b"anna:secret").decode()}
    assert all_statuses(site, login) == [200, 200, 201]
    assert all_statuses(site, {}) == [401, 401, 401]
    assert server.todos("a") == ["Milk"]


class Gate(http.server.BaseHTTPRequestHandler):
    """A service that knows its people by a cookie."""

    def do_GET(self):
        is_known = self.headers["Cookie"] == "session=anna"
        self.send_response(200 if is_known else 401)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def test_a_login_by_another_service_is_asked_for_everywhere_and_lets_in(make):
    site, server = make()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gate) as gate:
        threading.Thread(target=gate.serve_forever, daemon=True).start()
        add_login(site, "gate", **{"127.0.0.1:9091": f"127.0.0.1:{gate.server_port}"})
        site.start()
        assert all_statuses(site, {"Cookie": "session=anna"}) == [200, 200, 201]
        assert all_statuses(site, {}) == [401, 401, 401]
        gate.shutdown()
    assert server.todos("a") == ["Milk"]
