"""Changes at random to a few lists by all commands there are, through several servers, singly and in bursts."""

import concurrent.futures
import http.client
import json
import random
import re
import threading

LEAST, MOST = 50, 500  # todos of a list


class RandomChanges:
    """Commands of a fixed seed, each sent to one of the servers."""

    def __init__(self, seed, servers, names):
        self.random = random.Random(seed)
        self.servers = servers
        self.names = names
        self.todos = {}
        self.deletions = []
        self.number = 0
        self.spared = set()  # todos that are not deleted, nor their lists
        self.sent = {}  # how often each kind of command was carried out
        self.lines = threading.local()
        self.workers = concurrent.futures.ThreadPoolExecutor(6)

    def close(self):
        self.workers.shutdown()

    def fill(self, name, count):
        text = "\n".join(f"- [{' x'[number % 3 == 0]}] {name} {number}" for number in range(count))
        assert self.send("import", f"/lists/{name}/import", {"text": text}, self.servers[0]) in (201, 204)

    def make(self, count):
        """Sends commands: one after the other, and now and then many at the same time."""
        for name in self.names:
            self.todos[name] = [todo["id"] for todo in self.servers[0].exported(name)]
        while count > 0:
            burst = min(count, self.random.choice([1, 1, 1, 1, 2, 4, 12]))
            count -= burst
            commands = [(*self.next(), self.random.choice(self.servers)) for _ in range(burst)]
            for status in self.workers.map(lambda command: self.send(*command), commands):
                # What it is about may be gone, or there may be too much of it.
                assert status in (201, 204, 303, 404, 409, 422), status

    def send(self, kind, path, body, server):
        """One command on a line that this thread has to the server; as a form where the answer says what can be undone."""
        is_form = kind in ("delete", "clear", "delete list")
        lines = self.lines.__dict__
        line = lines.setdefault(server.port, http.client.HTTPConnection("127.0.0.1", server.port, timeout=20))
        line.request("POST", path, "" if is_form else json.dumps(body), {
            "Content-Type": "application/x-www-form-urlencoded" if is_form else "application/json"})
        answer = line.getresponse()
        answer.read()
        if found := re.search(r"undo=(\d+)", answer.headers.get("Location", "")):
            self.deletions.append(found[1])
        if answer.status < 400:
            self.sent[kind] = self.sent.get(kind, 0) + 1
        return answer.status

    def next(self):
        """The kind of a command, its address and what it says."""
        self.number += 1
        pick = self.random.choice
        name = pick(self.names)
        todos = self.todos[name]
        if len(todos) < LEAST:
            return self.importing(name, LEAST + 10)
        todo, title = pick(todos), f"{self.number} https://example.org/?a&b <b> “quoted”"
        kinds = {"edit": 26, "toggle": 24, "add": 14, "import": 2, "delete": 15, "move": 9, "undo": 6, "toggle all": 1,
                 "clear": 0.5, "rename": 1.5, "delete list": 0.4, "make list": 0.6}
        kind, = self.random.choices(list(kinds), list(kinds.values()))
        has_spared = not self.spared.isdisjoint(todos)
        if todo in self.spared and kind == "delete" or has_spared and kind in ("clear", "delete list"):
            kind = "toggle"
        if kind in ("add", "import") and len(todos) >= MOST:
            kind = "delete" if todo not in self.spared else "edit"
        return self.command(kind, name, todo, title)

    def command(self, kind, name, todo, title):
        pick = self.random.choice
        match kind:
            case "edit":
                return kind, f"/todos/{name}/{todo}/edit", {"title": title}
            case "toggle":
                return kind, f"/todos/{name}/{todo}/toggle", pick([{}, {"completed": True}, {"completed": False}])
            case "add":
                self.todos[name].append(todo)
                return kind, f"/todos/{name}", {"newTodo": title}
            case "import":
                return self.importing(name, self.random.randint(2, 15))
            case "delete":
                return kind, f"/todos/{name}/{todo}/delete", {}
            case "move":
                return kind, f"/todos/{name}/{todo}/move", {"after": pick([None, *[pick(self.todos[name])] * 6])}
            case "undo":
                return kind, f"/undo/{pick(self.deletions[-8:] or [1])}", {}
            case "toggle all":
                return kind, f"/todos/{name}/toggle-all", pick([{}, {"completed": True}, {"completed": False}])
            case "clear":
                return kind, f"/todos/{name}/clear-completed", {}
            case "rename":
                return kind, f"/lists/{name}/rename", {"name": title}
            case "delete list":
                self.todos[name] = []
                return kind, f"/lists/{name}/delete", {}
            case "make list":
                return kind, "/lists", {"newList": f"made {self.number}"}

    def importing(self, name, count):
        self.todos[name] += self.todos[name][:1] * count or [0] * count
        lines = (f"- [{' x'[number % 3 == 0]}] {self.number}.{number}" for number in range(count))
        return "import", f"/lists/{name}/import", {"text": "\n".join(lines)}
