"""Writers that each have a list of their own, and know what it has to be after every command."""

import copy
import dataclasses
import http.client
import json
import random
import threading
import urllib.parse


@dataclasses.dataclass
class Todo:
    id: int | None
    title: str
    completed: bool = False
    deletion: object = None


class Writer:
    """Sends random commands to one list over one connection that is kept.

    `history` has what the list showed after each command that was acknowledged: `(id, title, completed)` of its todos.
    """

    MOST = 40  # todos, so that rounds stay short

    def __init__(self, server, name, seed):
        self.server = server
        self.name = name
        self.chance = random.Random(f"{seed} {name}")
        self.todos = []  # in their order, with the deleted ones in their places
        self.deletions = []
        self.history = [[]]
        self.pending = None
        self.refusal = None
        self.number = 0
        self.stopping = threading.Event()

    # MARK: What the list has to be

    def shown(self):
        return [todo for todo in self.todos if todo.deletion is None]

    def state(self):
        return [(todo.id, todo.title, todo.completed) for todo in self.shown()]

    def carry_out(self, command, answer=None):
        """Does to the model what a command does to the list; `answer` is the new todo's or the deletion's number."""
        match command:
            case ("add", title):
                self.todos.append(Todo(answer, title))
            case ("toggle", id, completed):
                self.find(id).completed = completed
            case ("toggle-all", completed):
                for todo in self.shown():
                    todo.completed = completed
            case ("edit", id, title):
                self.find(id).title = title
            case ("move", id, other):
                self.move(self.find(id), other and self.find(other))
            case ("delete", id):
                self.find(id).deletion = answer or object()
                self.deletions += [answer] if answer else []
            case ("clear-completed",):
                for todo in self.shown():
                    todo.deletion = todo.completed and (answer or object()) or None
                self.deletions += [answer] if answer else []
            case ("undo", deletion):
                self.deletions.remove(deletion)
                for todo in self.todos:
                    todo.deletion = None if todo.deletion == deletion else todo.deletion

    def find(self, id):
        return next(todo for todo in self.shown() if todo.id == id)

    def move(self, todo, other):
        shown = self.shown()
        place = shown.index(todo)
        if other is not todo and (shown[place - 1] if place else None) is not other:
            self.todos.remove(todo)
            self.todos.insert(self.todos.index(other) + 1 if other else 0, todo)

    def check(self):
        """Compares the list with the model; a command whose answer was cut off may have been carried out or not."""
        stored = [(todo["id"], todo["title"], todo["completed"]) for todo in self.server.exported(self.name)]
        if stored != self.state() and self.pending:
            added = max((id for id, _, _ in stored), default=None) if self.pending[0] == "add" else None
            self.carry_out(self.pending, added)
        assert stored == self.state(), f"{self.name}, last sent: {self.pending}"
        self.pending = None

    # MARK: What is sent

    def choose(self):
        shown = self.shown()
        kind = self.chance.choice(
            ["delete", "clear-completed"] if len(shown) > self.MOST else
            [*3 * ["add"], *2 * ["toggle"], "edit", "move", "delete", "undo", "toggle-all", "clear-completed"])
        self.number += 1
        title = f"{self.name} {self.number}"
        completed = self.chance.random() < 0.4
        if kind == "undo" and self.deletions:
            # Of all writers' deletions the server keeps the last 1,000.
            return kind, self.chance.choice(self.deletions[-100:])
        # A list is there once something has been added to it, for which the first command may have been cut off too soon.
        if kind in ("toggle-all", "clear-completed") and self.todos:
            return (kind, completed) if kind == "toggle-all" else (kind,)
        if kind in ("add", "undo") or not shown:
            return "add", title
        id = self.chance.choice(shown).id
        match kind:
            case "toggle":
                return kind, id, completed
            case "edit":
                return kind, id, title
            case "move":
                return kind, id, self.chance.choice([None, *(todo.id for todo in shown)])
        return "delete", id

    def request(self, command):
        """The path, and what is sent there."""
        match command:
            case ("add", title):
                return f"/todos/{self.name}", {"newTodo": title}
            case ("toggle", id, completed):
                return f"/todos/{self.name}/{id}/toggle", {"completed": str(completed).lower()}
            case ("edit", id, title):
                return f"/todos/{self.name}/{id}/edit", {"title": title}
            case ("move", id, other):
                return f"/todos/{self.name}/{id}/move", {"after": other or ""}
            case ("toggle-all", completed):
                return f"/todos/{self.name}/toggle-all", {"completed": str(completed).lower()}
            case ("undo", deletion):
                return f"/undo/{deletion}", {}
            case (kind, *rest):
                return "/".join(["/todos", self.name, *map(str, rest), kind]), {}

    def send(self, connection, command):
        """Sends a command; answers the number that its answer names, of the new todo or of the deletion."""
        path, fields = self.request(command)
        if command[0] == "add":
            body, type = json.dumps(fields), "application/json"
        else:
            # The answer to a form says how a deletion can be undone.
            body, type = urllib.parse.urlencode(fields), "application/x-www-form-urlencoded"
        connection.request("POST", path, body.encode(), {"Content-Type": type})
        answer = connection.getresponse()
        text = answer.read().decode()
        assert answer.status == (201 if command[0] == "add" else 303), f"{command}: {answer.status} {text}"
        location = answer.getheader("Location")
        number = location.partition("#todo-" if command[0] == "add" else "?undo=")[2]
        return int(number) if number else None

    def run(self):
        """Sends commands until it is stopped or the server is gone."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        try:
            while not self.stopping.is_set():
                self.pending = self.choose()
                answer = self.send(connection, self.pending)
                self.carry_out(self.pending, answer)
                self.history.append(self.state())
                self.pending = None
        except (OSError, http.client.HTTPException):
            pass
        except AssertionError as error:
            self.refusal = error
        finally:
            connection.close()


class Writers:
    """Several writers at once, in a `with`; they stop with it."""

    def __init__(self, writers):
        self.writers = writers

    def __enter__(self):
        self.threads = [threading.Thread(target=writer.run) for writer in self.writers]
        for writer, thread in zip(self.writers, self.threads, strict=True):
            writer.stopping.clear()
            writer.history = [copy.copy(writer.history[-1])]
            thread.start()
        return self

    def __exit__(self, *error):
        for writer in self.writers:
            writer.stopping.set()
        for thread in self.threads:
            thread.join()
        for writer in self.writers:
            if writer.refusal:
                raise writer.refusal
