"""Long lists that are read: by many at once, unread, and while others work."""

import concurrent.futures
import contextlib
import gzip
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
        assert server.figure("todo_cache_bytes") <= 32 * 1024 * 1024


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
        waiting = server.figure("todo_reads_waiting")
        while waiting > 0:
            most = max(most, waiting)
            begin = time.monotonic()
            assert server.get("/healthz")[0] == server.get("/lists/small")[0] == 200
            assert server.post("/todos/small", newTodo="milk")[0] == 201
            longest = max(longest, time.monotonic() - begin)
            waiting = server.figure("todo_reads_waiting")
        answers = [b"".join(iter(lambda: reader.recv(1 << 20), b"")) for reader in readers]
    print(f"{most} waited; three requests beside them took up to {longest * 1000:.0f} ms")
    heads = [answer.partition(b"\r\n\r\n")[0] for answer in answers]
    refused = [head for head in heads if head.startswith(b"HTTP/1.1 503 ")]
    assert most > 30 and 0 < len(refused) <= 80 - 64
    assert all(b"\r\nRetry-After: 1" in head for head in refused)
    assert server.figure("todo_reads_refused_total") == len(refused)
    for number, answer in enumerate(answers):
        head, _, body = answer.partition(b"\r\n\r\n")
        if head.startswith(b"HTTP/1.1 200 "):
            assert f"todo 4999 of {number}<" in gzip.decompress(body).decode()
    # All of them together are seconds of work.
    assert longest < 0.5


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


def test_two_long_lists_that_change_hold_up_no_third(server):
    latencies = []
    with contextlib.ExitStack() as stack:
        for name in ["a", "b"]:
            import_list(server, name)
        pool = stack.enter_context(concurrent.futures.ThreadPoolExecutor(max_workers=4))
        done = threading.Event()
        stack.callback(done.set)

        def change(name):
            count = 0
            while not done.is_set():
                # All of its rows change, so that the list is shown whole.
                assert server.post(f"/todos/{name}/toggle-all", completed=count % 2 == 0)[0] == 204
                count += 1
            return count

        def follow(name):
            with server.connect() as stream:
                stream.sendall(f"GET /subscribe/{name} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n".encode())
                while not done.is_set() and stream.recv(1 << 20):
                    pass

        work = [pool.submit(task, name) for task in [change, follow] for name in ["a", "b"]]
        third = stack.enter_context(server.connect())
        third.sendall(b"GET /subscribe/c HTTP/1.1\r\nHost: localhost\r\n\r\n")
        lines = third.makefile("rb")
        for number in range(100):
            begin = time.monotonic()
            assert server.post("/todos/c", newTodo=f"number {number};")[0] == 201
            while f"number {number};".encode() not in lines.readline():
                pass
            latencies.append(time.monotonic() - begin)
        done.set()
        changes = [task.result() for task in work[:2]]
    latencies.sort()
    print(f"{sum(changes)} changes of long lists; beside them {latencies[50] * 1000:.0f} ms, at most {latencies[-1] * 1000:.0f}")
    assert min(changes) > 5
    assert latencies[50] < 0.15 and latencies[98] < 0.5
