"""A crowd that writes, reads fast and slowly, leaves and comes back, at one server or at several."""

import asyncio
import json
import random
import socket

from streams import Stream, stored, until

LISTS = ["red", "green", "blue", "white"]
MOST = 60  # todos of a list


class Command:
    """One writer's connection, which is kept."""

    def __init__(self, server, number, most):
        self.server = server
        self.list = LISTS[number % len(LISTS)]
        self.most = most
        self.chance = random.Random(number)
        self.ids = []
        self.acknowledged = 0

    async def post(self, path, **signals):
        body = json.dumps(signals)
        self.writer.write(
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
        header = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        length = int(header.lower().partition("content-length: ")[2].split("\r\n")[0] or 0)
        await self.reader.readexactly(length)
        self.acknowledged += 1
        return int(header.split()[1]), header

    async def run(self, until_time):
        loop = asyncio.get_running_loop()
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        while loop.time() < until_time:
            await self.change()
            await asyncio.sleep(self.chance.uniform(0, 0.05))
        self.writer.close()
        await self.writer.wait_closed()

    async def change(self):
        if len(self.ids) < self.most:
            status, header = await self.post(f"/todos/{self.list}", newTodo=f"<{self.chance.random()}> & so on")
            assert status == 201
            self.ids.append(int(header.partition("#todo-")[2].split("\r\n")[0]))
            return
        id = self.chance.choice(self.ids)
        kind = self.chance.choice(["toggle", "edit", "edit", "delete", "move"])
        if kind == "delete":
            self.ids.remove(id)
        fields = {"edit": {"title": f"{self.chance.random()}"}, "move": {"after": None}}.get(kind, {})
        status, _ = await self.post(f"/todos/{self.list}/{id}/{kind}", **fields)
        assert status == 204


class Reader:
    """One reader's streams, of which there is one at a time."""

    def __init__(self, server, number):
        self.server = server
        self.list = LISTS[number % len(LISTS)]
        self.is_compressed = number // len(LISTS) % 2 == 0
        self.is_slow = number % 10 == 1
        self.leaves = number % 10 in (2, 3)
        self.chance = random.Random(number)
        self.went_back = False
        self.streams = self.frames = 0

    async def open(self, last=None):
        self.stream = await Stream.open(
            self.server, f"/subscribe/{self.list}", receive_buffer=4096 if self.is_slow else None,
            is_compressed=self.is_compressed, last_event_id=last.revision if last else None)
        if last:
            # Who comes back with the id of what it shows may be sent nothing until there is more.
            self.stream.decoder.rows, self.stream.decoder.revision = last.rows, last.revision
            self.stream.decoder.may_repeat = True
        self.streams += 1

    async def come_back(self):
        self.went_back |= self.stream.decoder.went_back
        self.frames += self.stream.decoder.frames
        await self.open(self.stream.decoder)

    async def run(self, until_time):
        loop = asyncio.get_running_loop()
        await self.open()
        while loop.time() < until_time:
            if self.is_slow:
                self.stream.transport.pause_reading()
                await asyncio.sleep(self.chance.uniform(0, 2))
                self.stream.transport.resume_reading()
                await asyncio.sleep(0.1)
            elif self.leaves:
                await asyncio.sleep(self.chance.uniform(0, 1))
                self.stream.abort()
                await self.come_back()
            else:
                await asyncio.sleep(0.2)
            if self.stream.closed.is_set():
                # Offers to undo do not replace each other; who lets many of them wait is given up and comes back.
                assert self.is_slow, "the server has closed a stream whose client keeps up"
                await self.come_back()
        if self.is_slow and not self.stream.closed.is_set():
            # What is on its way comes through so small a buffer by the kernel's timers, at some kilobytes a second.
            self.stream.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)


async def crowd(servers, seconds, writers, streams, *others):
    """Lets all write and read for a time, beside what else is to happen; answers the readers and how many commands were
    acknowledged."""
    end = asyncio.get_running_loop().time() + seconds
    # Every list has writers, and plain and compressed streams, at every server.
    readers = [Reader(servers[number // (2 * len(LISTS)) % len(servers)], number) for number in range(streams)]
    writers = [Command(servers[number // len(LISTS) % len(servers)], number, MOST * len(LISTS) // writers)
               for number in range(writers)]
    await asyncio.gather(*others, *(one.run(end) for one in readers + writers))
    expected = {name: stored(servers[0], name) for name in LISTS}
    for reader in readers:
        if reader.stream.closed.is_set():
            await reader.come_back()
        # The last frame of one that is slow may be on its way still.
        await until(
            lambda: reader.stream.decoder.todos() == expected[reader.list], 10,
            f"that a stream (compressed: {reader.is_compressed}, slow: {reader.is_slow}) shows what is stored")
    return readers, sum(writer.acknowledged for writer in writers)


async def leave(servers, readers):
    for reader in readers:
        reader.stream.abort()
    for server in servers:
        await until(lambda: server.figure("todo_streams") == 0, 5, "that all streams are closed")
