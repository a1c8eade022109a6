"""Clients that are slow, dead, greedy or too many hold nobody up, and are gone within 30 seconds."""

import contextlib
import resource
import time

import pytest

HALF_SENT = [b"", b"G", b"GET / HTTP/1.1\r\nHost: loc", b"POST /todos/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nnew"]


def seconds(action):
    start = time.monotonic()
    action()
    return time.monotonic() - start


def is_closed(connection):
    """Whether the server has hung up; a last answer may come before."""
    connection.settimeout(0.01)
    try:
        while connection.recv(4096):
            pass
        return True
    except TimeoutError:
        return False
    except ConnectionResetError:
        return True


def limited(descriptors):
    return {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))}


def test_300_half_sent_requests_hold_nobody_up_and_are_gone_within_30_seconds(server):
    before = server.descriptors()
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(server.connect()) for _ in range(300)]
        for number, connection in enumerate(connections):
            connection.sendall(HALF_SENT[number % len(HALF_SENT)])
        begun = time.monotonic()
        trickling = connections[2::4]
        while time.monotonic() - begun < 30 and server.descriptors() > before + 5:
            # Neither these nor those that go on sending a byte now and then keep anybody waiting.
            assert seconds(lambda: server.post("/todos/b", newTodo="x")) < 2
            for connection in trickling:
                with contextlib.suppress(OSError):
                    connection.sendall(b"X")
            time.sleep(0.5)
        assert all(map(is_closed, connections))
    assert server.descriptors() <= before + 5


def test_more_connections_than_descriptors_wait_and_are_served_when_others_have_gone(start):
    # Few descriptors for more connections than the limit would let in: accepting has to pause.
    server = start("--connections", "1000", **limited(200))
    connections = []
    for _ in range(300):
        connection = server.connect()
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        connections.append(connection)
    time.sleep(1)
    cpu = server.processor_time()
    time.sleep(1)
    assert server.processor_time() - cpu < 0.3, "the server spins while it cannot accept"
    answered = waiting = 0
    for connection in connections:
        connection.settimeout(0.05 if answered > 50 else 5)
        try:
            assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
            answered += 1
            connection.close()
        except TimeoutError:
            waiting += 1
    # Those whose turn had not come are served as others leave.
    for connection in connections:
        if connection.fileno() >= 0:
            connection.settimeout(10)
            assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
            connection.close()
    assert server.post("/todos/a", newTodo="still here")[0] == 201
    assert server.figure("todo_accept_pauses_total") > 0
    assert server.logged("level=warning")


def test_few_descriptors_are_enough_for_as_many_connections_as_are_said(start):
    server = start(**limited(513))
    assert server.logged("no more than 256 connections are let in")
    with contextlib.ExitStack() as stack:
        for _ in range(256):
            connection = stack.enter_context(server.connect())
            connection.sendall(b"GET /lists/a HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
        assert server.get("/")[0] == 503
    assert server.figure("todo_accept_pauses_total") == 0


def test_too_few_descriptors_to_serve_are_an_error_that_says_what_to_do(start):
    with pytest.raises(RuntimeError, match='ended with status 1: .* level=critical msg="the process may open no more than 64 files.*ulimit'):
        start(**limited(64))


def test_connections_over_the_limit_are_told_so(start):
    server = start("--connections", "20", "--connections-per-address", "10")
    connections = []
    for _ in range(10):
        connections.append(server.connect())
        connections[-1].sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connections[-1].recv(4096)
    assert server.get("/") == (503, "your address has as many connections as it may; close some\n")
    for connection in connections:
        connection.close()
    while server.get("/healthz")[0] != 200:
        time.sleep(0.01)


def test_answers_that_nobody_reads_take_no_more_memory_than_they_may(server):
    lines = "\n".join(f"- {number} {'x' * 180}" for number in range(5_000))
    assert server.request("POST", "/lists/a/import", lines.encode(), {"Content-Type": "text/markdown"})[0] == 201
    id = server.exported("a")[0]["id"]
    before = server.resident()
    statuses = []
    with contextlib.ExitStack() as stack:
        # More than wait, and so few that none has waited for 30 seconds at the end, after which it is closed.
        for _ in range(60):
            # Each asks for a state of its own, so that none can be held for two of them.
            assert server.post(f"/todos/a/{id}/toggle")[0] == 204
            connection = stack.enter_context(server.connect())
            connection.sendall(b"GET /lists/a HTTP/1.1\r\nHost: localhost\r\n\r\n")
            statuses.append(connection.recv(100)[9:12])
        print(f"{statuses.count(b'200')} of 60 pages wait, in {(server.resident() - before) // 1024} MiB")
        assert set(statuses) == {b"200", b"503"}
        assert 100 * 1024 * 1024 < server.figure("todo_unsent_bytes") <= 128 * 1024 * 1024
        assert server.figure("todo_unsent_refused_total") == statuses.count(b"503")
        assert server.resident() - before < 200 * 1024
        # What is small is answered all the while, and shown.
        assert server.get("/lists/b")[0] == 200
    while server.figure("todo_unsent_bytes") > 0:
        time.sleep(0.01)
    assert server.get("/lists/a")[0] == 200


def test_more_commands_than_an_address_may_send_are_refused_and_change_nothing(start):
    server = start("--writes-per-second", "2")
    answers = [server.post("/todos/a", newTodo=str(number))[0] for number in range(40)]
    assert set(answers) == {201, 429}
    assert len(server.todos("a")) == answers.count(201) >= 20
    assert server.figure('todo_requests_refused_total{status="429"}') == answers.count(429)


def test_what_a_client_sends_on_its_open_stream_is_not_kept(server):
    with server.connect() as connection:
        connection.sendall(b"GET /subscribe/a HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
        before = server.resident()
        with contextlib.suppress(OSError):
            for _ in range(2000):
                connection.sendall(65536 * b"x")
        assert is_closed(connection)
    assert server.resident() < before + 4096
    assert server.post("/todos/a", newTodo="milk")[0] == 201


def test_a_log_line_cannot_be_forged_and_has_no_titles(start):
    server = start("--log-level", "trace")
    server.post("/todos/a", newTodo="a secret title")
    with server.connect() as connection:
        connection.sendall(b"GET /lists/%0Alevel=critical HTTP/1.1\r\nHost: localhost\r\nX: \x0blevel=critical\r\n\r\n")
        connection.recv(4096)
    server.get("/lists/%0Atime=0%20level=critical")
    server.request("POST", "/todos/a", b"newTodo=%0Alevel=critical%00", {"Content-Type": "application/x-www-form-urlencoded"})
    # The last of them.
    assert server.logged(" method=POST .* status=4")
    lines = server.log.read_text().splitlines()
    assert len(lines) > 3
    assert all(line.startswith("time=2") and " level=critical" not in line for line in lines)
    assert "secret" not in server.log.read_text()
