"""What was acknowledged is there after `kill -9`, whenever it comes. ROUNDS sets how often (1000 for the full run)."""

import contextlib
import http.client
import json
import os
import random
import signal
import sqlite3
import threading
import time

ROUNDS = int(os.environ.get("ROUNDS", "60"))
WRITERS = 4


class Writer(threading.Thread):
    """Changes a list of its own, so that it knows exactly what the list must hold.

    Of its last command, which the end of the server may have caught, either outcome is right.
    """

    def __init__(self, server, name, seed):
        super().__init__()
        self.server, self.name, self.chance = server, name, random.Random(seed)
        self.acknowledged, self.possible, self.commands = [], None, 0

    def command(self):
        """A random command, and the list after it; a new todo's id is not known before the answer."""
        chance, todos = self.chance, [dict(todo) for todo in self.acknowledged]
        kind = chance.choice(["add", "add", "toggle", "edit", "delete", "move", "clear"])
        if kind == "add" or not todos:
            title = f"{self.name} {chance.randrange(1 << 30)}"
            return "", {"newTodo": title}, [*todos, {"title": title, "completed": False}]
        todo = chance.choice(todos)
        path = f"/{todo['id']}"
        if kind == "toggle":
            todo["completed"] = chance.random() < 0.5
            return path + "/toggle", {"completed": todo["completed"]}, todos
        if kind == "edit":
            todo["title"] = f"{self.name} {chance.randrange(1 << 30)}"
            return path + "/edit", {"title": todo["title"]}, todos
        if kind == "clear":
            return "/clear-completed", {}, [other for other in todos if not other["completed"]]
        others = [other for other in todos if other is not todo]
        if kind == "delete":
            return path + "/delete", {}, others
        index = chance.randint(0, len(others))
        after = others[index - 1]["id"] if index else None
        return path + "/move", {"after": after}, [*others[:index], todo, *others[index:]]

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
            while True:
                path, signals, self.possible = self.command()
                connection.request(
                    "POST", f"/todos/{self.name}{path}", json.dumps(signals), {"Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                assert answer.status in (201, 204), (path, answer.status)
                if answer.status == 201:
                    self.possible[-1]["id"] = int(answer.headers["Location"].rpartition("-")[2])
                self.acknowledged, self.possible = self.possible, None
                self.commands += 1

    def check(self):
        """The stored list is the acknowledged one, or that with the last command; goes on from there."""
        stored = json.loads(self.server.get(f"/lists/{self.name}.json")[1])["todos"]
        allowed = [self.acknowledged] + ([] if self.possible is None else [self.possible])
        known = [[{**new, "id": todo["id"]} if "id" not in new else new for new, todo in zip(todos, stored)]
                 for todos in allowed if len(todos) == len(stored)]
        assert stored in known, (stored, allowed)
        return stored


def test_nothing_acknowledged_is_missing_after_kill_9(start):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    server, commands = start(), 0
    lists = {f"list-{number}": [] for number in range(WRITERS)}
    for _ in range(ROUNDS):
        writers = [Writer(server, name, chance.random()) for name in lists]
        for writer in writers:
            writer.acknowledged = lists[writer.name]
            writer.start()
        time.sleep(chance.uniform(0.005, 0.06))
        server.stop(signal.SIGKILL)
        for writer in writers:
            writer.join()
        # The server comes first, so that it is the one to read the log that was left behind.
        server.start()
        with contextlib.closing(sqlite3.connect(server.database)) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        lists = {writer.name: writer.check() for writer in writers}
        commands += sum(writer.commands for writer in writers)
    print(f"{ROUNDS} rounds, {commands} commands acknowledged, none missing")
    assert commands > ROUNDS
