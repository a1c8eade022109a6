"""Those who read: each has a stream at one of the servers, and opens it anew wherever it can when it has ended."""

import asyncio
import contextlib
import random

from posters import LISTS
from streams import Stream


class Reader:
    """One reader's streams, of which there is one at a time; some leave and come back at the other server."""

    PATIENCE = 2  # seconds for a connection

    def __init__(self, servers, number):
        self.servers = servers
        self.list = LISTS[number % len(LISTS)]
        self.at = number // len(LISTS)  # the server
        self.is_compressed = number // len(LISTS) // 2 % 2 == 0
        self.leaves = number % 8 == 1
        self.chance = random.Random(number)
        self.stream = None
        self.went_back = False
        self.streams = self.frames = 0

    async def run(self):
        while True:
            await self.open()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.chance.uniform(0, 2) if self.leaves else None):
                    await self.stream.closed.wait()
            self.end()

    async def open(self):
        """Opens a stream that goes on from what the last one has shown."""
        last = self.stream and self.stream.decoder
        while True:
            self.at += self.streams > 0
            server = self.servers[self.at % len(self.servers)]
            try:
                async with asyncio.timeout(self.PATIENCE):
                    stream = await Stream.open(
                        server, f"/subscribe/{self.list}", is_compressed=self.is_compressed,
                        last_event_id=last.revision if last else None)
                    if last:
                        # Who comes back with the id of what it shows may be sent nothing until there is more.
                        stream.decoder.rows, stream.decoder.revision = last.rows, last.revision
                        stream.decoder.may_repeat = True
                    while not stream.decoder.status:
                        await asyncio.sleep(0.02)
                if stream.decoder.status == 200:
                    break
                stream.abort()
            except OSError:
                pass
            await asyncio.sleep(0.1)
        self.stream = stream
        self.streams += 1

    def end(self):
        if not self.stream:
            return
        if isinstance(self.stream.error, AssertionError):
            raise self.stream.error
        self.went_back |= self.stream.decoder.went_back
        self.frames += self.stream.decoder.frames
        self.stream.decoder.went_back, self.stream.decoder.frames = False, 0
        self.stream.abort()

    def shows(self):
        return self.stream.decoder.todos() if self.stream else []


@contextlib.asynccontextmanager
async def reading(readers):
    """Has all read as long as the block lasts."""
    tasks = [asyncio.create_task(reader.run()) for reader in readers]
    try:
        yield
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for reader in readers:
            reader.end()
