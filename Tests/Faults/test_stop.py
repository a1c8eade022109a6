"""A stop takes five seconds at most, whatever is under way; what has been acknowledged is there, and what is being sent
goes out until then."""

import asyncio
import contextlib
import json
import signal
import socket
import sqlite3
import time

import pytest
from service import heed_signals
from streams import Decoder, Stream, request, until

LINES = "\n".join(f"- [ ] {number} {'x' * 150}" for number in range(5_000))


def fill(server, name):
    """Makes a list whose answers are more than the kernel takes for a client that does not read."""
    assert server.request("POST", f"/lists/{name}/import", LINES.encode(), {"Content-Type": "text/markdown"})[0] == 201


def seconds_to_end(server, since):
    """Waits for the server's end in order, which is within five seconds."""
    assert server.process.wait(timeout=10) == 0
    seconds = time.monotonic() - since
    assert seconds < 5
    return seconds


def slow_connection(server):
    """A connection whose client takes little in ahead of its reading."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(20)
    connection.connect(("127.0.0.1", server.port))
    return connection


def has_stopped_accepting(server):
    try:
        server.connect().close()
    except ConnectionRefusedError:
        return True
    return False


# MARK: Signals


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_it_in_order(start, number):
    server = start(preexec_fn=heed_signals)
    server.post("/todos/a", newTodo="milk")
    with server.connect() as stream:
        stream.sendall(request("/subscribe/a"))
        assert stream.recv(65536).startswith(b"HTTP/1.1 200 ")
        assert server.stop(by=number) == 0
        assert stream.makefile("rb").read().endswith(b"0\r\n\r\n")
    assert server.log.read_text().endswith("msg=stopped\n")


def test_signals_that_mean_nothing_do_nothing(start):
    server = start(preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    for number in [signal.SIGUSR1, signal.SIGUSR2, signal.SIGHUP, signal.SIGPIPE]:
        server.process.send_signal(number)
        assert server.post("/todos/a", newTodo="milk")[0] == 201
    assert server.stop() == 0


def test_a_signal_at_any_moment_of_the_start_stops_it_in_order(tmp_path, start):
    start().stop()
    begun = time.monotonic()
    server = start()
    usual = time.monotonic() - begun
    server.stop()
    for moment in range(60):
        process = server.run()
        time.sleep(usual * moment / 50)
        process.terminate()
        status = process.wait(timeout=5)
        # The system ends what has not come to its own code yet: it has no file open and has said nothing.
        is_unborn = status == -signal.SIGTERM and moment < 25 and server.log.stat().st_size == server.written
        assert status == 0 or is_unborn, f"status {status} after {moment / 50} of a start"


# MARK: What is under way


def test_a_locked_database_does_not_hold_a_stop_up(start):
    server = start("--threads", "8")
    server.post("/todos/a", newTodo="milk")
    with contextlib.ExitStack() as stack:
        streams = [stack.enter_context(server.connect()) for _ in range(16)]
        for stream in streams:
            stream.sendall(request("/subscribe/a"))
            assert stream.recv(65536).startswith(b"HTTP/1.1 200 ")
        lock = stack.enter_context(contextlib.closing(sqlite3.connect(server.database, isolation_level=None)))
        lock.execute("BEGIN IMMEDIATE")
        body = json.dumps({"newTodo": "tea"})
        commands = [stack.enter_context(server.connect()) for _ in range(40)]
        for command in commands:
            # Each goes on with its next when one has been refused.
            command.sendall(50 * (
                f"POST /todos/a HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n{body}").encode())
        begun = time.monotonic()
        server.process.terminate()
        assert all(stream.makefile("rb").read().endswith(b"0\r\n\r\n") for stream in streams)
        for command in commands:
            with contextlib.suppress(ConnectionResetError):
                assert command.recv(100)[:13] in (b"", b"HTTP/1.1 503 ")
        print(f"stopped in {seconds_to_end(server, begun):.2f} s with a locked database")
    server.start()
    assert server.todos("a") == ["milk"]


def test_large_reads_do_not_hold_a_stop_up(server):
    fill(server, "large")
    server.post("/todos/a", newTodo="milk")
    with contextlib.ExitStack() as stack:
        for number in range(20):
            connection = stack.enter_context(server.connect())
            path = ["/lists/large.json", "/lists/large?edit=1"][number % 2]
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        begun = time.monotonic()
        server.process.terminate()
        print(f"stopped in {seconds_to_end(server, begun):.2f} s with 20 large reads")
    server.start()
    assert server.todos("a") == ["milk"]


def test_an_answer_to_a_slow_client_goes_on_after_a_stop_has_begun(server):
    fill(server, "large")
    with slow_connection(server) as client:
        client.sendall(b"GET /lists/large.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
        begin = client.recv(1000)
        assert begin.startswith(b"HTTP/1.1 200 ")
        begun = time.monotonic()
        server.process.terminate()
        while not has_stopped_accepting(server):
            time.sleep(0.01)
        header, _, body = (begin + client.makefile("rb").read()).partition(b"\r\n\r\n")
        assert f"\r\nContent-Length: {len(body)}\r\n".encode() in header + b"\r\n"
        assert len(json.loads(body)["todos"]) == 5_000
        seconds_to_end(server, begun)


def test_a_stream_with_a_backlog_goes_on_after_a_stop_has_begun(server):
    fill(server, "large")
    with slow_connection(server) as client:
        client.sendall(request("/subscribe/large"))
        begin = client.recv(1000)
        begun = time.monotonic()
        server.process.terminate()
        while not has_stopped_accepting(server):
            time.sleep(0.01)
        decoder = Decoder()
        decoder.feed(begin)
        while data := client.recv(65536):
            decoder.feed(data)
        assert decoder.is_whole and len(decoder.rows) == 5_000
        seconds_to_end(server, begun)


def test_2000_streams_are_completed_beside_100_that_do_not_read(server):
    async def run():
        fill(server, "large")
        server.post("/todos/a", newTodo="milk")
        stalled = [slow_connection(server) for _ in range(100)]
        for client in stalled:
            client.sendall(request("/subscribe/large"))
        streams = [await Stream.open(server, is_compressed=number % 2 == 0) for number in range(1_900)]
        await until(lambda: server.figure("todo_streams") == 2_000, 20)
        assert server.post("/todos/a", newTodo="tea")[0] == 201
        begun = time.monotonic()
        server.process.terminate()
        await until(lambda: server.process.poll() is not None, 6, "the server's end")
        assert server.process.returncode == 0 and time.monotonic() - begun < 5
        print(f"stopped in {time.monotonic() - begun:.2f} s with 100 of 2,000 streams stalled")
        await asyncio.gather(*(asyncio.wait_for(stream.closed.wait(), 5) for stream in streams))
        assert [stream for stream in streams if not stream.decoder.is_whole or stream.error] == []
        for client in stalled:
            client.close()
        server.start()
        assert server.todos("a") == ["milk", "tea"]

    asyncio.run(run())
