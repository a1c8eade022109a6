"""Thousands of streams that come and go, in whatever way, leave nothing behind."""

import asyncio
import contextlib
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


async def gone(server, others):
    """Waits until all streams but so many others are closed."""
    await until(lambda: server.figure("todo_streams") == others, 10, "that all other streams are closed")


def test_after_10_000_streams_that_came_and_went_all_is_as_before(server):
    async def run():
        server.post("/todos/a", newTodo="milk")
        witness = await Stream.open(server)
        await come_and_go(server, 4 * BATCH)
        await gone(server, others=1)
        await until(lambda: witness.decoder.viewers == 1, 10, "that the page says that one person is here")
        descriptors, topics = server.descriptors(), server.figure("todo_topics")
        seen = 0
        for _ in range(CONNECTS // 1000):
            await come_and_go(server, 1000)
            seen = max(seen, witness.decoder.viewers)
        assert seen > 1
        await gone(server, others=1)
        await until(lambda: witness.decoder.viewers == 1, 10, "that the page says that one person is here")
        print(f"{CONNECTS} connects: {descriptors} to {server.descriptors()} descriptors")
        # Connections to the database are opened at need and kept, three descriptors each.
        assert server.descriptors() <= descriptors + 12
        assert server.figure("todo_topics") == topics == 2
        # The witness has been there all the time, and still is served.
        server.post("/todos/a", newTodo="tea")
        await until(lambda: witness.decoder.titles() == ["milk", "tea"], 5)
        witness.abort()
        await until(lambda: server.figure("todo_topics") == 0, 5, "that no topic is left")

    asyncio.run(run())


def test_10_000_streams_that_came_and_went_leave_no_memory_behind(server):
    async def run():
        await come_and_go(server, 2000)
        await gone(server, others=0)
        before = server.resident()
        await come_and_go(server, max(CONNECTS, 10_000))
        await gone(server, others=0)
        after = server.resident()
        print(f"{max(CONNECTS, 10_000)} connects: {before} to {after} KiB resident")
        # What is kept for reuse settles within the first thousands.
        assert after < before + 1536

    asyncio.run(run())


def test_5_000_streams_that_come_at_once_hold_no_more_than_those_that_come_one_by_one(server):
    for number in range(100):
        server.post("/todos/a", newTodo=f"todo {number}")
    request = b"GET /subscribe/a HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n"

    def come(stack, count):
        streams = []
        for _ in range(count):
            streams.append(stack.enter_context(server.connect()))
            streams[-1].sendall(request)
        for stream in streams:
            assert stream.recv(12) == b"HTTP/1.1 200"

    with contextlib.ExitStack() as stack:
        come(stack, 20)  # what the first ones take, and what is kept for the next
        before = server.resident()
        come(stack, 5_000)
        growth = (server.resident() - before) / 5_000
    print(f"{growth:.2f} KiB a stream")
    assert growth < 4
