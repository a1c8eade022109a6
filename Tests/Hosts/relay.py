"""Passes on what comes to an address, in both directions and each piece a moment later: a link that is long.

usage: relay.py ADDRESS PORT TARGET PORT SECONDS

Stopped by SIGSTOP for a while, it is a link that stalls and loses nothing.
"""

import asyncio
import contextlib
import sys

PIECES = 256  # on their way at most, of 64 KiB


async def take(reader, pieces, delay):
    """Takes pieces in, each with the time at which it is to go on; an empty one is the end."""
    piece = b"-"
    while piece:
        try:
            piece = await reader.read(65536)
        except OSError:
            piece = b""
        await pieces.put((asyncio.get_running_loop().time() + delay, piece))


async def give(pieces, writer):
    while True:
        time, piece = await pieces.get()
        await asyncio.sleep(max(0, time - asyncio.get_running_loop().time()))
        if not piece:
            return writer.write_eof()
        writer.write(piece)
        await writer.drain()


async def pass_on(reader, writer, delay):
    pieces = asyncio.Queue(PIECES)
    taking = asyncio.create_task(take(reader, pieces, delay))
    with contextlib.suppress(OSError):
        await give(pieces, writer)
    taking.cancel()


async def main(address, port, target, target_port, delay):
    async def serve(reader, writer):
        with contextlib.suppress(OSError):
            target_reader, target_writer = await asyncio.open_connection(target, target_port)
            await asyncio.gather(
                pass_on(reader, target_writer, float(delay)), pass_on(target_reader, writer, float(delay)))
            target_writer.close()
        writer.close()

    server = await asyncio.start_server(serve, address, port)
    await server.serve_forever()


asyncio.run(main(*sys.argv[1:]))
