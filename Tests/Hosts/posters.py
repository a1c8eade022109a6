"""Those who write: each sends its commands as a page does, in order, with a key, and again until it is answered."""

import asyncio
import contextlib
import json
import random
import re

LISTS = ["red", "green", "blue", "white"]
MOST = 12  # todos of each


class Poster:
    """Changes todos of its own in a list that it shares with others, at all servers in turn.

    `todos` is what has been acknowledged: title and completion of each of its todos, by its id. A command that is carried
    out twice would leave a todo too many, or one that is completed and should not be.
    """

    PATIENCE = 10  # seconds for an answer
    LONGEST = 60  # for an acknowledgement

    def __init__(self, servers, number, seed=1):
        self.servers = servers
        self.name = f"w{number}"
        self.list = LISTS[number % len(LISTS)]
        self.at = number // len(LISTS)  # the server
        self.chance = random.Random(f"{seed} {number}")
        self.todos = {}
        self.count = self.acknowledged = self.repeated = 0
        self.reasons = {}  # why others were not answered 201 or 204, and how often
        self.connection = None

    async def run(self, stopping):
        """Sends commands until it is told to stop, and the last one until it has been answered."""
        while not stopping.is_set():
            await self.change()
            await asyncio.sleep(self.chance.uniform(0, 0.05))
        self.leave()

    async def change(self):
        self.count += 1
        title = f"{self.name}-{self.count}"
        is_full = len(self.todos) >= MOST
        kinds = ["toggle", "toggle", "edit", "move", "delete"] if is_full else ["add", "add", "toggle", "delete"]
        kind = self.chance.choice(kinds) if self.todos else "add"
        if kind == "add":
            header = await self.deliver(f"/todos/{self.list}", newTodo=title)
            self.todos[int(re.search(r"#todo-(\d+)", header)[1])] = title, False
            return
        id = self.chance.choice(list(self.todos))
        fields = {"edit": {"title": title}, "move": {"after": None}}.get(kind, {})
        await self.deliver(f"/todos/{self.list}/{id}/{kind}", **fields)
        old, completed = self.todos.pop(id)
        match kind:
            case "toggle":
                self.todos[id] = old, not completed
            case "edit":
                self.todos[id] = title, completed
            case "move":
                self.todos[id] = old, completed

    async def deliver(self, path, **signals):
        """Sends a command until it has been acknowledged; answers the answer's header."""
        attempts = 0
        deadline = asyncio.get_running_loop().time() + self.LONGEST
        while True:
            attempts += 1
            assert asyncio.get_running_loop().time() < deadline, f"{path} {signals} is not carried out: {self.reasons}"
            try:
                async with asyncio.timeout(self.PATIENCE):
                    status, header, reason = await self.send(path, signals)
            except (OSError, EOFError) as error:
                status, reason = None, type(error).__name__
            if status in (201, 204):
                self.acknowledged += 1
                self.repeated += attempts > 1
                return header
            assert status in (None, 503), f"{path} {signals}: {status} {reason}"
            self.reasons[reason] = self.reasons.get(reason, 0) + 1
            # As a proxy would, and a page with its next attempt.
            self.leave()
            self.at += 1
            await asyncio.sleep(self.chance.uniform(0.05, 0.2))

    async def send(self, path, signals):
        if not self.connection:
            server = self.servers[self.at % len(self.servers)]
            self.connection = await asyncio.open_connection(server.address, server.port)
        reader, writer = self.connection
        body = json.dumps(signals)
        writer.write(
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {self.name}_{self.count}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
        header = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(re.search(r"content-length: (\d+)|$", header.lower())[1] or 0)
        text = (await reader.readexactly(length)).decode().strip()
        return int(header.split()[1]), header, text

    def leave(self):
        if self.connection:
            self.connection[1].close()
        self.connection = None

    def check(self, stored):
        """Compares its todos with those of its list that bear its name: `(id, title, completed)` of each."""
        mine = {id: (title, completed) for id, title, completed in stored if title.startswith(f"{self.name}-")}
        missing = {id: todo for id, todo in self.todos.items() if mine.get(id) != todo}
        extra = {id: todo for id, todo in mine.items() if self.todos.get(id) != todo}
        assert mine == self.todos, f"{self.name} in {self.list}: acknowledged {missing}, stored {extra}"


@contextlib.asynccontextmanager
async def posting(posters):
    """Lets all write until the block ends, or sets the event that it is given, and then until each one's last command has
    been acknowledged."""
    stopping = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for poster in posters:
            group.create_task(poster.run(stopping))
        try:
            yield stopping
        finally:
            stopping.set()
