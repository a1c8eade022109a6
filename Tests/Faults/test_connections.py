"""Thousands of streams that come and go, in whatever way, leave nothing behind."""

import asyncio
import os
import socket
import struct

from streams import Stream, until

CONNECTS = int(os.environ.get("CONNECTS", "10000"))
BATCH = 250
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing cuts the connection off


async def leave_politely(stream):
    stream.transport.close()


async def leave_abruptly(stream):
    stream.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    stream.abort()


async def leave_half(stream):
    """Says that nothing more will be sent, which the server takes for the end."""
    stream.transport.write_eof()
    await asyncio.wait_for(stream.closed.wait(), 10)


async def connect_and_leave(server, number):
    path = "/subscribe/a" if number % 2 else f"/subscribe/list-{number % 50}"
    kind = number % 5
    if kind == 4:
        # In the middle of a request.
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: local".encode())
        writer.close()
        return
    stream = await Stream.open(server, path, is_compressed=number % 3 == 0)
    if kind == 3:
        # Before there is an answer.
        await leave_abruptly(stream)
        return
    await until(lambda: stream.decoder.frames == 1, 10, "that a stream begins with a frame")
    await [leave_politely, leave_abruptly, leave_half][kind](stream)


async def come_and_go(server, count):
    for start in range(0, count, BATCH):
        await asyncio.gather(*(connect_and_leave(server, number) for number in range(start, min(count, start + BATCH))))


def test_after_10_000_streams_that_came_and_went_all_is_as_before(server):
    async def run():
        server.post("/todos/a", newTodo="milk")
        witness = await Stream.open(server)
        await until(lambda: witness.decoder.viewers == 1, 5)

        async def alone():
            await until(lambda: server.figure("todo_streams") == 1, 10, "that all other streams are closed")
            await until(lambda: witness.decoder.viewers == 1, 10, "that the page says that one person is here")
            return server.descriptors(), server.resident(), server.figure("todo_topics")

        await come_and_go(server, 4 * BATCH)
        before = await alone()
        seen = 0
        for _ in range(CONNECTS // 1000):
            await come_and_go(server, 1000)
            seen = max(seen, witness.decoder.viewers)
        after = await alone()
        print(f"{CONNECTS} connects: descriptors {before[0]} to {after[0]}, resident {before[1]} to {after[1]} KiB")
        assert seen > 1
        assert after[2] == before[2] == 2
        # Connections to the database are opened at need and kept, three descriptors each.
        assert after[0] <= before[0] + 12
        assert after[1] < before[1] * 1.1 + 2048
        # The witness has been there all the time, and still is served.
        server.post("/todos/a", newTodo="tea")
        await until(lambda: witness.decoder.titles() == ["milk", "tea"], 5)
        witness.abort()
        await until(lambda: server.figure("todo_topics") == 0, 5, "that no topic is left")

    asyncio.run(run())
