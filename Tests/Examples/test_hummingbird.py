"""The libraries beside another server: the live page of a list on Hummingbird."""

import contextlib
import os
import re
import time

from conftest import EXAMPLES
from streams import read_until


def test_a_list_is_live_on_another_server(start):
    server = start("Hummingbird/TodoList", product="App")
    assert server.request("POST", "/todos/a", newTodo="Milk")[0] == 201
    assert "<label>Milk</label>" in server.request("GET", "/lists/a")[1]
    with contextlib.ExitStack() as stack:
        streams = [stack.enter_context(server.stream("/subscribe/a")) for _ in range(3)]
        for stream in streams:
            read_until(stream, "Milk")
        assert server.request("POST", "/todos/a/1/edit", title="Tea & milk")[0] == 204
        for stream in streams:
            read_until(stream, "Tea &amp; milk")
        # Who comes back with what it has is sent what is newer, and nothing else.
        server.request("POST", "/todos/a", newTodo="Bread")
        with server.stream("/subscribe/a", Last_Event_ID=2) as back:
            assert "Tea" not in read_until(back, "Bread")


def test_a_slow_client_holds_up_nobody_and_is_sent_the_newest_state(start):
    server = start("Hummingbird/TodoList", product="App")
    for number in range(100):
        server.request("POST", "/todos/a", newTodo=f"todo {number} " + 400 * "x")
    with server.stream("/subscribe/a", receive_buffer=4096) as slow, server.stream("/subscribe/a") as fast:
        read_until(fast, "todo 99")
        for number in range(1, 301):
            assert server.request("POST", "/todos/a/1/edit", title=f"edit {number} " + 60_000 * "x")[0] == 204
            read_until(fast, f"edit {number} ")
        text = read_until(slow, "edit 300 ")
    edits = [int(number) for number in re.findall(r"edit (\d+) ", text)]
    # What the kernel had taken, which is some megabytes of these 18, and then the newest.
    assert edits == sorted(edits) and len(edits) < 200


def test_who_leaves_is_forgotten(start):
    server = start("Hummingbird/TodoList", product="App")
    before = descriptors(server)
    with contextlib.ExitStack() as stack:
        for _ in range(50):
            read_until(stack.enter_context(server.stream("/subscribe/a")), "todo-list")
        assert descriptors(server) >= before + 45  # those of earlier requests may have been open still
    deadline = time.monotonic() + 10
    while descriptors(server) > before + 5:
        assert time.monotonic() < deadline, "streams that have been left are still open"
        time.sleep(0.01)


def descriptors(server):
    return len(os.listdir(f"/proc/{server.process.pid}/fd"))


def test_the_adapter_is_short():
    adapter = EXAMPLES / "Hummingbird/TodoList/Sources/App/Response+Datastar.swift"
    assert len(adapter.read_text().splitlines()) < 40
