"""The network that the tests put between browsers and the server does to requests what it is told to."""

import http.client
import json
import socket
import threading

import pytest

from engines import eventually
from streams import read_until


def post(relay, title):
    connection = http.client.HTTPConnection("127.0.0.1", relay.port, timeout=10)
    connection.request("POST", "/todos/work", json.dumps({"newTodo": title}), {"Content-Type": "application/json"})
    return connection.getresponse().status


def begin_post(relay, title):
    before = len(relay.requests)
    thread = threading.Thread(target=post, args=[relay, title])
    thread.start()
    eventually(lambda: len(relay.requests) > before)
    return thread


def stream(relay):
    """A line on which the list comes, with its first part read."""
    line = socket.create_connection(("127.0.0.1", relay.port), timeout=10)
    line.sendall(b"GET /subscribe/work HTTP/1.1\r\nHost: localhost\r\n\r\n")
    read_until(line, "todo-count")
    return line


def test_a_post_overtakes_another(relay, server):
    relay.delay_posts(0.5)
    posts = [begin_post(relay, "slow"), begin_post(relay, "quick")]
    for each in posts:
        each.join()
    assert server.todos("work") == ["quick", "slow"]


def test_posts_are_held_and_let_go(relay, server):
    relay.hold_posts()
    held = begin_post(relay, "held")
    server.post("/todos/work", newTodo="by another way")
    assert server.todos("work") == ["by another way"]
    relay.let_posts_go()
    held.join()
    assert server.todos("work") == ["by another way", "held"]


def test_a_line_that_has_gone_dead_stays_open_and_brings_nothing(relay, server):
    dead = stream(relay)
    relay.go_dead("/subscribe/")
    alive = stream(relay)
    server.post("/todos/work", newTodo="news")
    read_until(alive, "news")
    dead.settimeout(0.5)
    with pytest.raises(TimeoutError):
        dead.recv(1)


def test_connections_are_cut_and_refused(relay):
    line = stream(relay)
    relay.cut("/subscribe/")
    with pytest.raises(AssertionError, match="closed"):
        read_until(line, "what never comes")
    relay.refuse()
    with pytest.raises(ConnectionError):
        post(relay, "refused")
    relay.accept()
    assert post(relay, "accepted") == 201
