"""Limits count the client that is meant: IPv4 through a socket for both versions, and whom a proxy names."""

import contextlib
import socket

import pytest
from streams import request

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


def connect(server, source, address=None):
    """A connection from an address of its own; answers it with what it was answered first."""
    connection = socket.create_connection((address or "127.0.0.1", server.port), timeout=20, source_address=(source, 0))
    connection.sendall(HEALTH)
    return connection, connection.recv(4096)[9:12]


def test_a_server_of_both_versions_tells_ipv4_clients_apart(start):
    server = start("--host", "::", "--connections-per-address", "5", "--log-level", "info")
    with contextlib.ExitStack() as stack:
        def status(*source):
            connection, status = connect(server, *source)
            stack.enter_context(connection)
            return status

        assert [status("127.0.0.2") for _ in range(6)] == 5 * [b"200"] + [b"503"]
        assert [status("127.0.0.3") for _ in range(6)] == 5 * [b"200"] + [b"503"]
        assert [status("::1", "::1") for _ in range(6)] == 5 * [b"200"] + [b"503"]
    assert server.logged(" client=127.0.0.3 ")


def test_a_server_of_both_versions_knows_this_machine(start):
    server = start("--host", "::")
    # More at once than anybody else may send; blank ones cost no commit.
    fields = b"Host: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
    with server.connect() as connection, connection.makefile("rb") as answers:
        connection.sendall(2_000 * (b"POST /todos/a HTTP/1.1\r\n" + fields + b"\r\n{}"))
        connection.shutdown(socket.SHUT_WR)
        assert answers.read().count(b"HTTP/1.1 422 ") == 2_000


@pytest.mark.parametrize("name", ["192.0.2.7", "192.0.2.7:4711", "[2001:db8::7]:80", "2001:db8::7%1", "nobody", None])
def test_streams_through_a_proxy_are_counted_for_whom_it_names(start, name):
    server = start("--behind-proxy", "--connections-per-address", "3")

    def open_stream(stack, name):
        field = f"X-Forwarded-For: 198.51.100.1, {name}\r\n".encode() if name else b""
        connection = stack.enter_context(server.connect())
        connection.sendall(request("/subscribe/a")[:-2] + field + b"\r\n")
        return connection.recv(4096)[9:12]

    with contextlib.ExitStack() as stack:
        assert [open_stream(stack, name) for _ in range(4)] == 3 * [b"200"] + [b"503"]
        assert open_stream(stack, "203.0.113.5") == b"200"
        assert server.request("GET", "/healthz", headers={"X-Forwarded-For": "203.0.113.9"})[0] == 200
