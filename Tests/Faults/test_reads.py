"""Long lists that are read: by many at once, unread, and while others work."""

import concurrent.futures
import contextlib
import gzip
import os
import pathlib
import sqlite3
import threading
import time

LINES = "".join(f"- [ ] todo {number}\n" for number in range(5000))


def import_list(server, name):
    assert server.request("POST", f"/lists/{name}/import", LINES, {"Content-Type": "text/markdown"})[0] == 201


def fill(server, lists, todos):
    """Puts lists into the database of a server that is stopped, sooner than by commands."""
    with contextlib.closing(sqlite3.connect(server.database)) as db, db:
        for number in range(lists):
            row = db.execute(
                "INSERT INTO lists (name, title, revision, todo_count, title_bytes) VALUES (?, ?, ?, ?, ?)",
                [f"list-{number}", f"List {number}", number + 1, todos, 20 * todos])
            db.executemany(
                "INSERT INTO todos (list, title, completed, position) VALUES (?, ?, 0, ?)",
                ((row.lastrowid, f"todo {place} of {number}", place * 65536) for place in range(todos)))
        db.execute("UPDATE changes SET revision = ?, list_count = ?", [lists, lists])


def test_unread_answers_of_the_same_share_one_buffer(start):
    server = start()
    server.stop()
    fill(server, 5_000, 1)
    server.start()
    import_list(server, "giant")
    id = server.exported("giant")[0]["id"]
    paths = ["/", f"/lists/giant?edit={id}", "/lists/giant.json"]
    sizes = [len(server.get(path)[1].encode()) for path in paths]
    before = server.resident()
    with contextlib.ExitStack() as stack:
        for _ in range(60):
            for path in paths:
                connection = stack.enter_context(server.connect())
                connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
                assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
        assert server.figure("todo_unsent_bytes") <= sum(sizes)
        # One copy of each is with the kernel, and it keeps some of it for each connection.
        assert server.resident() - before < 20 * 1024
        assert sum(sizes) <= server.figure("todo_cache_bytes") <= 32 * 1024 * 1024


def memory_files(server):
    """The bytes of the files in memory that a server has open, which are no part of its resident memory."""
    total = 0
    for file in pathlib.Path(f"/proc/{server.process.pid}/fd").iterdir():
        # One may be closed between the look into the folder and the one at it.
        with contextlib.suppress(FileNotFoundError):
            if os.readlink(file).startswith("/memfd:"):
                total += file.stat().st_size
    return total


def test_unread_forms_of_a_long_list_are_bounded_in_all(server):
    import_list(server, "giant")
    ids = [todo["id"] for todo in server.exported("giant")]
    before = server.resident()
    with contextlib.ExitStack() as stack:
        statuses = []
        for id in ids[:75]:
            reader = stack.enter_context(server.connect())
            reader.sendall(f"GET /lists/giant?edit={id} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            statuses.append(reader.recv(12))
        refused = statuses.count(b"HTTP/1.1 503")
        assert 0 < refused < 75 and statuses.count(b"HTTP/1.1 200") == 75 - refused
        # Each stands once in memory, those that wait and those that are kept.
        assert server.figure("todo_unsent_bytes") <= 128 * 1024 * 1024
        assert memory_files(server) <= (128 + 32) * 1024 * 1024
        assert server.resident() - before < 40 * 1024
        assert server.post("/todos/giant-2", newTodo="milk")[0] == 201


def test_many_who_ask_once_for_a_long_list_hold_one_state_at_a_time(server):
    import_list(server, "giant")
    # The memory that one takes, and that is kept for the next.
    assert server.get("/subscribe/giant?once=1")[0] == 200
    before = server.peak()
    with contextlib.ExitStack() as stack:
        readers = [stack.enter_context(server.connect()) for _ in range(40)]
        for reader in readers:
            head = "GET /subscribe/giant?once=1 HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n"
            reader.sendall(f"{head}Connection: close\r\n\r\n".encode())
        for reader in readers:
            head, _, body = b"".join(iter(lambda: reader.recv(1 << 20), b"")).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 ") and "todo 4999<" in gzip.decompress(body).decode()
    # A state is more than 2 MB.
    assert server.peak() - before < 20 * 1024


def test_more_long_reads_than_may_wait_are_refused_and_hold_up_nobody(start):
    server = start()
    server.stop()
    fill(server, 80, 5_000)
    server.start()
    with contextlib.ExitStack() as stack:
        readers = [stack.enter_context(server.connect()) for _ in range(80)]
        for number, reader in enumerate(readers):
            head = f"GET /lists/list-{number} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n"
            reader.sendall(f"{head}Connection: close\r\n\r\n".encode())
        longest = most = 0
        start_of_all = time.monotonic()
        while (waiting := server.figure("todo_reads_waiting")) == 0:
            assert time.monotonic() < start_of_all + 5, "no read waits: 80 have been sent"
        while waiting > 0:
            most = max(most, waiting)
            begin = time.monotonic()
            assert server.get("/healthz")[0] == server.get("/lists/small")[0] == 200
            assert server.post("/todos/small", newTodo="milk")[0] == 201
            longest = max(longest, time.monotonic() - begin)
            waiting = server.figure("todo_reads_waiting")
        duration = time.monotonic() - start_of_all
        answers = [b"".join(iter(lambda: reader.recv(1 << 20), b"")) for reader in readers]
    print(f"{most} waited for {duration:.1f} s; three requests beside them took up to {longest * 1000:.0f} ms")
    heads = [answer.partition(b"\r\n\r\n")[0] for answer in answers]
    refused = [head for head in heads if head.startswith(b"HTTP/1.1 503 ")]
    assert most > 30 and 0 < len(refused) <= 80 - 64
    assert server.figure("todo_reads_refused_total") == len(refused)
    assert all(b"\r\nRetry-After: 1" in head for head in refused)
    for number, answer in enumerate(answers):
        head, _, body = answer.partition(b"\r\n\r\n")
        if head.startswith(b"HTTP/1.1 200 "):
            assert f"todo 4999 of {number}<" in gzip.decompress(body).decode()
    # Behind them, the three would have taken as long as all of them.
    assert longest < duration / 4


def test_every_form_of_a_long_list_is_the_newest_after_each_change(server):
    import_list(server, "a")
    id = server.exported("a")[-1]["id"]
    paths = ["/lists/a", "/lists/a?filter=active", f"/lists/a?edit={id}", "/lists/a.json", "/lists/a.md"]

    def read(path):
        status, text = server.get(path)
        assert status == 200
        return text

    with concurrent.futures.ThreadPoolExecutor(max_workers=20) as pool:
        for number in range(5):
            assert server.post(f"/todos/a/{id}/edit", title=f"title {number}")[0] == 204
            for text in pool.map(read, 4 * paths):
                assert f"title {number}" in text


def await_event(lines):
    """Returns when the rest of the event that comes next on a stream is there."""
    for line in lines:
        if line.startswith(b"data:"):
            break
    for line in lines:
        if line == b"\n":
            return


def await_line(lines, part):
    """Returns whether a line comes that contains the part, before the stream ends."""
    return any(part in line for line in lines)


def subscribe(stack, server, name):
    """Returns the lines of a stream of HTTP/1.0, which has no frames, behind its first state."""
    stream = stack.enter_context(server.connect())
    stream.sendall(f"GET /subscribe/{name} HTTP/1.0\r\n\r\n".encode())
    lines = stream.makefile("rb")
    await_event(lines)
    return lines


def test_long_lists_that_change_hold_up_no_other(server):
    names = ["a", "b", "c", "d"]
    latencies, done = [], threading.Event()
    with contextlib.ExitStack() as stack:
        for name in names:
            import_list(server, name)
        pool = stack.enter_context(concurrent.futures.ThreadPoolExecutor(max_workers=2 * len(names)))
        stack.callback(done.set)
        streams = {name: subscribe(stack, server, name) for name in names}

        def toggle_all(name, number):
            # All of its rows change, so that the list is shown whole.
            assert server.post(f"/todos/{name}/toggle-all", completed=number % 2 == 0)[0] == 204

        def change(name):
            number = 0
            while not done.is_set():
                toggle_all(name, number)
                number += 1
            return number

        def follow(name):
            """Returns how often the list has been shown whole."""
            shown = 0
            while not done.is_set():
                shown += await_line(streams[name], b"todo 4999<")
            return shown

        changes = [pool.submit(change, name) for name in names]
        follows = [pool.submit(follow, name) for name in names]
        lines = subscribe(stack, server, "short")
        start_of_all = time.monotonic()
        for number in range(100):
            # What a command waits for is the commit that is under way.
            assert server.post("/todos/short", newTodo=f"number {number};")[0] == 201
            begin = time.monotonic()
            await_line(lines, f"number {number};".encode())
            latencies.append(time.monotonic() - begin)
        duration = time.monotonic() - start_of_all
        done.set()
        assert min(task.result() for task in changes) > 5
        for name in names:
            toggle_all(name, 0)
            toggle_all(name, 1)
        shown = sum(task.result() for task in follows)
        peak = server.peak() // 1024
    latencies.sort()
    cycle = duration / shown * len(names)
    print(
        f"each of four long lists is shown every {cycle * 1000:.0f} ms; beside them a short one"
        f" {latencies[90] * 1000:.0f} ms after its command at the 90th percentile,"
        f" at most {latencies[-1] * 1000:.0f}; {peak} MB")
    # Behind one of them it would have waited for a quarter of a cycle, and behind all for most of one.
    assert latencies[90] < cycle / 10
    # To render all changes that gather, only to find that they are longer than the list, takes twice that.
    assert peak < 150
