"""A server that is told to stop with thousands of streams and commands under way ends in order, and all come back."""

import asyncio
import contextlib
import json
import pathlib
import time

from streams import Stream, until

STREAMS = 2000
WRITERS = 20


async def write(server, number, acknowledged):
    """Adds todos over one connection, which is kept, until the server is gone; notes those that were acknowledged."""
    with contextlib.suppress(OSError, asyncio.IncompleteReadError):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        for count in range(1_000_000):
            title = f"{number}-{count}"
            body = json.dumps({"newTodo": title})
            writer.write(
                f"POST /todos/b HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
            header = await reader.readuntil(b"\r\n\r\n")
            # Commands that come when it is stopping already are refused.
            assert header.startswith((b"HTTP/1.1 201 ", b"HTTP/1.1 503 "))
            if header.startswith(b"HTTP/1.1 503 "):
                break
            acknowledged.append(title)
        writer.close()


async def ended(process, seconds):
    """Waits for the server's end while the streams are read; answers its status."""
    await until(lambda: process.poll() is not None, seconds, "the server's end")
    return process.returncode


def test_a_server_that_is_told_to_end_as_soon_as_it_has_begun_ends_in_order(server):
    for _ in range(20):
        assert server.stop() == 0
        assert server.log.read_text().splitlines()[-1].endswith("msg=stopped")
        server.start()


def test_2000_streams_end_whole_and_come_back(server):
    async def run():
        server.post("/todos/a", newTodo="milk")
        streams = [await Stream.open(server, is_compressed=number % 2 == 0) for number in range(STREAMS)]
        await until(lambda: all(stream.decoder.frames for stream in streams), 20, "that all streams have begun")
        acknowledged = []
        writers = [asyncio.create_task(write(server, number, acknowledged)) for number in range(WRITERS)]
        await until(lambda: len(acknowledged) > 100, 10)

        begun = time.monotonic()
        server.process.terminate()
        assert await ended(server.process, 5) == 0
        seconds = time.monotonic() - begun
        await asyncio.gather(*writers, *(asyncio.wait_for(stream.closed.wait(), 5) for stream in streams))
        assert sum(stream.decoder.inflater is not None for stream in streams) == STREAMS / 2
        assert [stream for stream in streams if not stream.decoder.is_whole or stream.error] == []
        log = pathlib.Path(f"{server.database}-wal")
        assert not log.exists() or log.stat().st_size == 0

        server.start()
        assert set(acknowledged) <= set(server.todos("b"))
        server.post("/todos/a", newTodo="tea")
        begun = time.monotonic()
        streams = await asyncio.gather(*(
            Stream.open(server, is_compressed=number % 2 == 0, last_event_id=stream.decoder.revision)
            for number, stream in enumerate(streams)))
        await until(
            lambda: all(stream.decoder.titles() == ["milk", "tea"] for stream in streams), 20, "that all are in step")
        print(f"stopped in {seconds:.2f} s with {STREAMS} streams and {len(acknowledged)} commands acknowledged;"
              f" all were in step {time.monotonic() - begun:.2f} s after they came back")
        for stream in streams:
            stream.abort()

    asyncio.run(run())
