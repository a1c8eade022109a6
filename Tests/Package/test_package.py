"""The package in service: installed, behind Debian's proxies, upgraded under load, gone back to, purged."""

import contextlib
import http.client
import json
import random
import re
import socket
import ssl
import subprocess
import threading

import pytest
from debian import THERE
from todoserver import ROOT

SITE = "todos.example.org"
EXAMPLES = "usr/share/doc/todo-server/examples"


class Client:
    """Asks the site by its name, as a browser does."""

    def __init__(self, authority):
        self.trust = ssl.create_default_context(cafile=authority)

    def request(self, method, path, body=None, headers=None):
        connection = http.client.HTTPSConnection(SITE, 443, timeout=20, context=self.trust)
        # No resolver knows the name.
        connection._create_connection = lambda *_: socket.create_connection((THERE, 443), timeout=20)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"} | (headers or {}))
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def titles(self, name):
        return [todo["title"] for todo in json.loads(self.request("GET", f"/lists/{name}.json")[1])["todos"]]


def test_what_is_installed_serves_by_itself(machine):
    assert not list(machine.root.glob("usr/lib/**/libswift*"))
    machine.run("systemctl", "start", "todo-server")
    # The unit is active once the server answers.
    page = machine.near("curl", "-sf", "-d", "newTodo=Milk", "-L", "http://127.0.0.1:8080/todos/groceries")
    # The client is the package's own.
    client = re.search(r'src="(/[^"]*datastar[^"]*)"', page)[1]
    assert "Milk" in page and "Datastar" in machine.near("curl", "-sf", f"http://127.0.0.1:8080{client}")
    said = machine.run("journalctl", "-u", "todo-server", "-o", "cat").stdout
    assert "open http://127.0.0.1:8080" in said
    assert machine.run("todo-server", "--version").stdout in said.replace("version=", "todo-server ") + "\n"
    assert machine.run("systemctl", "stop", "todo-server").returncode == 0


def eventually_served(client):
    """Returns when the proxy has its certificate and has found its servers."""
    while True:
        with contextlib.suppress(ssl.SSLError):
            if client.request("GET", "/")[0] == 200:
                return


@pytest.fixture(scope="module")
def servers(machine):
    """Two servers that share their lists, on the ports of the proxies' files."""
    machine.put(f"TODO_ALLOWED_HOST={SITE}\nTODO_PUBSUB=redis://127.0.0.1:6379/0\n", "etc/todo-server.conf")
    machine.run("systemctl", "start", "redis-server", "todo-server@8081", "todo-server@8082")


@pytest.fixture
def caddy(machine, servers):
    file = (machine.root / EXAMPLES / "Caddyfile").read_text()
    machine.put(file.replace("{$TODO_SITE:localhost}", SITE), "etc/caddy/Caddyfile")
    machine.run("systemctl", "restart", "caddy")
    authority = machine.root / "var/lib/caddy/.local/share/caddy/pki/authorities/local/root.crt"
    machine.run("bash", "-c", f"until [ -f /{authority.relative_to(machine.root)} ]; do sleep 0.1; done", timeout=30)
    client = Client(authority)
    eventually_served(client)
    yield client
    machine.run("systemctl", "stop", "caddy")


@pytest.fixture
def nginx(machine, servers):
    certificates = machine.root / f"etc/letsencrypt/live/{SITE}"
    certificates.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", certificates / "privkey.pem", "-out",
         certificates / "fullchain.pem", "-days", "2", "-subj", f"/CN={SITE}", "-addext", f"subjectAltName=DNS:{SITE}"],
        check=True, stderr=subprocess.DEVNULL)
    machine.put((machine.root / EXAMPLES / "nginx.site").read_bytes(), "etc/nginx/sites-enabled/todo-server")
    machine.run("systemctl", "restart", "nginx")
    client = Client(certificates / "fullchain.pem")
    eventually_served(client)
    yield client
    machine.run("systemctl", "stop", "nginx")


@pytest.mark.parametrize("proxy", ["caddy", "nginx"])
def test_it_is_served_by_the_examples_as_they_are_installed(request, machine, proxy):
    client = request.getfixturevalue(proxy)
    assert client.request("POST", f"/todos/{proxy}", '{"newTodo":"Tea"}', {"Origin": f"https://{SITE}"})[0] == 201
    assert "Tea" in client.request("GET", f"/lists/{proxy}")[1]
    assert "Tea" in client.request("GET", f"/subscribe/{proxy}?once")[1]
    assert client.request("GET", "/metrics")[0] == 404
    assert machine.run("systemctl", "reload", proxy).returncode == 0
    assert client.titles(proxy) == ["Tea"]


class Writer(threading.Thread):
    """Adds todos one after the other, each with a key until it is answered, as the page does."""

    def __init__(self, client, number):
        super().__init__(daemon=True)
        self.client, self.number = client, number
        self.titles, self.refused, self.is_over = [], [], threading.Event()

    def run(self):
        # All four together stay below what one address may send.
        while not self.is_over.wait(0.05):
            title = f"{self.number}.{len(self.titles)}"
            headers = {"Idempotency-Key": str(random.getrandbits(128)), "Datastar-Request": "true"}
            status = self.answered(json.dumps({"newTodo": title}), headers)
            if status == 201:
                self.titles.append(title)
            else:
                self.refused.append((title, status))

    def answered(self, body, headers):
        """Sends until there is an answer, four times at most."""
        for attempt in range(4):
            try:
                return self.client.request("POST", "/todos/load", body, headers)[0]
            except (OSError, http.client.HTTPException) as error:
                failure = error
                self.is_over.wait(0.3 * 2 ** attempt)
        return failure


def test_an_upgrade_and_the_way_back_lose_and_double_nothing(machine, caddy, package, newer):
    machine.put(newer.read_bytes(), "root/newer.deb")
    writers = [Writer(caddy, number) for number in range(4)]
    for writer in writers:
        writer.start()
    for file in ["newer.deb", package.name]:
        before = sum(len(writer.titles) for writer in writers)
        machine.run("dpkg", "-i", f"/root/{file}")
        assert sum(len(writer.titles) for writer in writers) > before
    for writer in writers:
        writer.is_over.set()
    for writer in writers:
        writer.join()
    assert [writer.refused for writer in writers] == [[]] * 4
    written = sorted(title for writer in writers for title in writer.titles)
    assert sorted(caddy.titles("load")) == written and len(written) > 40


def figures(machine, port):
    text = machine.near("curl", "-sf", f"http://127.0.0.1:{port}/metrics")
    return {name: float(value) for name, value in re.findall(r"^(\w+) (\S+)$", text, re.MULTILINE)}


def test_lists_move_into_postgresql_and_servers_are_joined_by_it_and_by_nats(machine, servers):
    before = machine.near("curl", "-sf", "http://127.0.0.1:8081/lists/groceries.json")
    machine.run("systemctl", "stop", "todo-server*")
    machine.run("systemctl", "start", "postgresql", "nats-server")
    machine.run(
        "setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "psql", "-q", "-c",
        "CREATE ROLE todo LOGIN PASSWORD 'secret'", "-c", "CREATE DATABASE lists OWNER todo")
    address = "postgres://todo:secret@127.0.0.1/lists"
    said = machine.run("todo-server", "copy", "/var/lib/todo-server/todos.sqlite", address).stdout
    assert "postgres://todo@127.0.0.1/lists has " in said and "secret" not in said
    for number, broker in enumerate(["", "TODO_PUBSUB=nats://127.0.0.1:4222\n"]):
        machine.put(f"TODO_ALLOWED_HOST={SITE}\nTODO_DATABASE={address}\n{broker}", "etc/todo-server.conf")
        machine.run("systemctl", "restart", "todo-server@8081", "todo-server@8082")
        assert number or machine.near("curl", "-sf", "http://127.0.0.1:8082/lists/groceries.json") == before
        # The unit shuts the server in, and not from the broker.
        while not all(figures(machine, port)["todo_pubsub_up"] == 1 for port in (8081, 8082)):
            pass
        machine.near("curl", "-sf", "-d", f"newTodo=at {number}", "http://127.0.0.1:8081/todos/groceries")
        assert f"at {number}" in machine.near("curl", "-sf", "http://127.0.0.1:8082/lists/groceries.md")
        assert figures(machine, 8081)["todo_pubsub_published_total"] > 0


def depends(package):
    return subprocess.run(["dpkg-deb", "-f", package, "Depends"], check=True, capture_output=True, text=True).stdout


def test_only_a_package_with_traits_needs_the_libraries_of_brokers(package):
    libraries = ["libhiredis", "libnats", "libpq"]
    assert all(name in depends(package) for name in libraries)
    assert re.search(r"_[^_]+\+nats\+postgresql\+redis_", package.name)
    made = list((ROOT / ".build-package").glob("todo-server_*.deb"))
    if not made:
        pytest.skip("scripts/package has not been run without traits")
    for plain in made:
        assert "libevent" in depends(plain) and not any(name in depends(plain) for name in libraries)


def test_a_purge_leaves_nothing(machine):
    machine.run("systemctl", "enable", "--now", "todo-server")
    machine.run("dpkg", "--purge", "todo-server")
    assert machine.run("systemctl", "is-active", "todo-server", check=False).stdout.strip() == "inactive"
    left = machine.run("find", "/etc", "/usr", "/var/lib", "/lib/systemd", "-xdev", "-name", "*todo-server*").stdout.split()
    # What was added to the proxies is the administrator's.
    assert [path for path in left if not path.startswith(("/etc/nginx/", "/var/lib/dpkg"))] == []
