"""Commands of many todos, of which a client sends as many as it may."""

import concurrent.futures

MANY = "".join(f"- [ ] todo {number}\n" for number in range(5000))


def send(server, address, path, body=None, type="text/markdown"):
    headers = {"Content-Type": type, "X-Forwarded-For": address}
    return server.request("POST", path, body, headers)


def test_one_that_imports_without_end_is_stopped_and_holds_up_nobody(start):
    server = start("--behind-proxy", "--writes-per-second", "100")
    with concurrent.futures.ThreadPoolExecutor(max_workers=40) as pool:
        imports = [pool.submit(send, server, "192.0.2.1", f"/lists/many-{n}/import", MANY) for n in range(40)]
        others = [send(server, f"198.51.100.{n}", "/todos/a", '{"newTodo":"x"}', "application/json")[0] for n in range(40)]
        answers = [answer.result() for answer in imports]
    statuses = [status for status, _ in answers]
    # What a fresh address has is one of the largest, and it may owe as much.
    assert 1 <= statuses.count(201) <= 4 and statuses.count(201) + statuses.count(429) == 40
    assert all("wait" in text and text.count("\n") == 1 for status, text in answers if status == 429)
    assert others == [201] * 40
    assert sum(len(server.todos(f"many-{n}")) for n in range(40)) == 5000 * statuses.count(201)


def test_todos_that_are_changed_are_counted_whatever_the_command(start):
    server = start("--behind-proxy", "--writes-per-second", "100")
    assert send(server, "192.0.2.1", "/lists/a/import", MANY)[0] == 201
    commands = ["/todos/a/toggle-all", "/todos/a/toggle-all", "/todos/a/clear-completed"]
    statuses = [send(server, "192.0.2.2", path, "", "application/x-www-form-urlencoded")[0] for path in 3 * commands]
    assert statuses[0] == 303 and statuses[-1] == 429
    # An address of its own is asked for nothing.
    assert send(server, "192.0.2.3", "/todos/b", '{"newTodo":"x"}', "application/json")[0] == 201


def test_a_small_command_passes_large_ones_that_wait(start):
    server = start("--writes-per-second", "0")
    done = []
    with concurrent.futures.ThreadPoolExecutor(max_workers=60) as pool:
        imports = [pool.submit(send, server, "192.0.2.1", f"/lists/many-{n}/import", MANY) for n in range(50)]
        for answer in imports:
            answer.add_done_callback(lambda answer: done.append(answer.result()[0]))
        next(concurrent.futures.as_completed(imports))
        before = len(done)
        assert send(server, "192.0.2.2", "/todos/a", '{"newTodo":"x"}', "application/json")[0] == 201
        passed = len(imports) - len(done)
    assert done == [201] * 50
    assert passed > 0 and 50 - passed - before < 15
    assert server.figure('todo_commit_rows_bucket{le="10000.0"}') == server.figure("todo_commit_rows_count")
