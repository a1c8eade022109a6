"""What the servers promise holds behind the proxies of deploy/ as well."""

import http.server
import itertools
import json
import re
import threading

import pytest
from disks import SMALL_DISK, filled, moved_elsewhere
from engines import eventually
from playwright.sync_api import expect
from proxies import NAME, Caddy, Nginx
from todoserver import Server, two_servers

from todopage import add, labels

JSON = {"Content-Type": "application/json"}
MILK = json.dumps({"newTodo": "Milk"})
# A closed tab that its server hears of by the next heartbeat only would take longer.
SOON = 5000  # ms


@pytest.fixture(params=[Caddy, Nginx])
def proxy(request):
    return request.param


@pytest.fixture
def servers(tmp_path, start):
    """Two servers on one database, which count and log for the proxy's clients."""
    options = ["--behind-proxy", "--allowed-host", NAME, "--log-level", "info", "--writes-per-second", "1"]
    return [start(server) for server in two_servers(tmp_path, *options)]


@pytest.fixture
def site(proxy, servers, tmp_path, start):
    return start(proxy(tmp_path, *(server.port for server in servers)))


@pytest.mark.parametrize("headers, status", [
    ({"Origin": f"https://{NAME}:PORT"}, 201),
    ({"Origin": f"https://{NAME}:PORT", "Sec-Fetch-Site": "same-origin"}, 201),
    ({}, 201),
    ({"Origin": f"https://{NAME}"}, 403),
    ({"Origin": "https://other.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": f"https://{NAME}:PORT", "Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403),
], ids=str)
def test_a_command_of_another_sites_page_is_refused_and_one_of_its_own_accepted(site, servers, headers, status):
    headers = {name: value.replace("PORT", str(site.port)) for name, value in headers.items()}
    assert site.request("POST", "/todos/groceries", MILK, JSON | headers)[0] == status
    assert servers[0].todos("groceries") == (["Milk"] if status == 201 else [])


def test_the_log_names_the_proxys_client_and_not_what_the_client_says_it_is(site, servers):
    site.request("GET", "/lists/groceries.json", headers={"X-Forwarded-For": "192.0.2.9"}, source="127.0.0.7")
    # The proxy has chosen one of them, which writes its log a moment after the answer.
    logs = [server.log for server in servers]
    pattern = r"client=(\S+) .*path=/lists/groceries\.json "
    assert eventually(lambda: re.findall(pattern, "".join(log.read_text() for log in logs))) == ["127.0.0.7"]


def test_commands_are_counted_for_each_of_the_proxys_clients(site):
    def status(source, number):
        # Who says another address each time is not another client for it.
        return site.request(
            "POST", "/todos/groceries", MILK, JSON | {"X-Forwarded-For": f"192.0.2.{number}"}, source)[0]

    statuses = list(itertools.takewhile(lambda status: status != 429, (status("127.0.0.7", n) for n in range(60))))
    assert set(statuses) == {201} and 10 <= len(statuses) < 60
    assert status("127.0.0.8", 0) == 201


def test_a_tab_that_closes_is_noticed_at_once(proxy, tmp_path, start, tabs_of):
    server = start(Server(tmp_path, "--allowed-host", NAME))
    url = start(proxy(tmp_path, server.port)).url
    one, two = (tabs_of(url)() for _ in range(2))
    expect(one.locator("#presence")).to_have_text("2 people here", timeout=SOON)
    two.close()
    expect(one.locator("#presence")).to_have_text("1 person here", timeout=SOON)


def test_a_tab_whose_server_is_killed_goes_on_with_the_other(site, servers, tabs_of):
    page = tabs_of(site.url)()
    expect(page.locator("#presence")).to_have_text("1 person here")
    lost, other = sorted(servers, key=lambda server: server.figure("todo_streams"), reverse=True)
    assert [lost.figure("todo_streams"), other.figure("todo_streams")] == [1, 0]
    lost.process.kill()
    lost.process.wait()
    other.post("/todos/groceries", newTodo="Milk")
    expect(labels(page)).to_have_text(["Milk"], timeout=15000)
    add(page, "Tea")
    expect(labels(page)).to_have_text(["Milk", "Tea"])
    expect(page.locator(".banner")).to_be_hidden()


def test_a_command_that_meets_a_server_that_is_gone_is_carried_out_by_the_other(site, servers, tabs_of):
    page = tabs_of(site.url)()
    expect(page.locator("#presence")).to_have_text("1 person here")
    # The proxy has not noticed when the command comes, and prefers the one that has no stream.
    lost = min(servers, key=lambda server: server.figure("todo_streams"))
    lost.process.kill()
    lost.process.wait()
    add(page, "Milk", "Tea")
    expect(labels(page)).to_have_text(["Milk", "Tea"])
    expect(page.locator("#notice")).to_be_empty()


def test_a_command_that_no_server_answers_is_sent_again_by_the_page(site, servers, tabs_of):
    page = tabs_of(site.url)()
    expect(page.locator("#presence")).to_have_text("1 person here")
    keys = []
    page.on("request", lambda request: request.method == "POST" and keys.append(request.headers["idempotency-key"]))
    for server in servers:
        server.stop()
    page.locator(".new-todo").fill("Tea")
    page.locator(".new-todo").press("Enter")
    expect(page.locator("#notice")).to_contain_text("The server cannot be reached", timeout=15000)
    expect(page.locator(".new-todo")).to_have_value("Tea")
    assert len(keys) == 4 and len(set(keys)) == 1


def test_the_proxy_ends_with_tabs_open_and_they_come_back_when_it_does(site, tabs_of):
    page = tabs_of(site.url)()
    expect(page.locator("#presence")).to_have_text("1 person here")
    assert site.stop() == 0
    expect(page.locator(".banner")).to_be_visible()
    site.start()
    expect(page.locator(".banner")).to_be_hidden(timeout=15000)


def test_while_the_disk_is_full_a_page_is_shown_and_says_why_nothing_is_stored(proxy, tmp_path, start, tabs_of):
    (tmp_path / "data").mkdir()
    options = ["--behind-proxy", "--allowed-host", NAME]
    server = Server(tmp_path, *options, database=tmp_path / "data/todos.sqlite")
    moved_elsewhere(server, SMALL_DISK)
    start(server)
    site = start(proxy(tmp_path, server.port))
    page = tabs_of(site.url)()
    add(page, "Milk")
    with filled(server):
        page.locator(".new-todo").fill("Tea " * 100)
        page.locator(".new-todo").press("Enter")
        expect(page.locator("#notice")).to_contain_text("The server cannot store anything now")
        # Longer than a proxy takes to notice.
        page.wait_for_timeout(2000)
        page.reload()
        expect(labels(page)).to_have_text(["Milk"])
    add(page, "Bread")
    expect(labels(page)).to_have_text(["Milk", "Bread"])


class Cut(http.server.BaseHTTPRequestHandler):
    """Answers what is asked about its health, and cuts the connection where a request is for anything else."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path not in ("/healthz", "/readyz?reading"):
            return self.cut()
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.cut()

    def cut(self):
        self.server.cut.append(self.command)
        self.close_connection = True

    def log_message(self, *_):
        pass


@pytest.fixture
def cutting_server():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Cut)
    server.cut = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "once"}], ids=["without key", "with key"])
@pytest.mark.parametrize("is_kept", [False, True], ids=["new connection", "kept connection"])
def test_a_post_that_a_server_has_had_is_not_sent_again(proxy, cutting_server, tmp_path, start, key, is_kept):
    port = cutting_server.server_port
    site = start(proxy(tmp_path, port, port))
    for _ in range(3 if is_kept else 0):
        assert site.request("GET", "/healthz")[0] == 200
    assert site.request("POST", "/todos/groceries", MILK, JSON | key)[0] == 502
    assert cutting_server.cut == ["POST"]


def test_a_get_that_one_server_fails_is_answered_by_the_other(proxy, cutting_server, servers, tmp_path, start):
    site = start(proxy(tmp_path, cutting_server.server_port, servers[0].port))
    for _ in range(100):
        assert site.request("GET", "/lists/groceries")[0] == 200
        if cutting_server.cut:
            return
    pytest.fail("no request has come to the server that fails")


def test_while_one_server_is_not_there_the_other_does_everything(proxy, site, servers):
    servers[0].stop()
    statuses = [site.request("POST", "/todos/groceries", MILK, JSON)[0] for _ in range(8)]
    # Caddy does not send a command again, not even the one by which it learns that a server is not there.
    assert statuses.count(502) <= (1 if proxy is Caddy else 0)
    assert statuses.count(201) == 8 - statuses.count(502) == len(servers[1].todos("groceries"))
    assert [site.request("GET", "/lists/groceries")[0] for _ in range(8)] == [200] * 8


def test_a_page_waits_for_the_only_server_to_start(servers, tmp_path, start):
    # nginx cannot wait: it would answer 502.
    site = start(Caddy(tmp_path, servers[0].port))
    servers[0].stop()
    answers = []
    asking = threading.Thread(target=lambda: answers.append(site.request("GET", "/lists/groceries")[0]))
    asking.start()
    servers[0].start()
    asking.join()
    assert answers == [200]
