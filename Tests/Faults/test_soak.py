"""A crowd at one server: in the end all see what is stored, and the server is as it was."""

import asyncio
import os

from crowd import crowd, leave

SOAK = float(os.environ.get("SOAK", "10"))  # seconds
WRITERS = 20
STREAMS = 200


def test_in_the_end_all_streams_show_what_is_stored_and_the_server_is_as_before(server):
    async def soak():
        readers, _ = await crowd([server], min(3, SOAK), WRITERS, STREAMS)
        await leave([server], readers)
        before = server.descriptors(), server.resident()
        readers, acknowledged = await crowd([server], SOAK, WRITERS, STREAMS)
        frames = sum(reader.frames + reader.stream.decoder.frames for reader in readers)
        assert not [reader for reader in readers if reader.went_back or reader.stream.decoder.went_back]
        await leave([server], readers)
        descriptors, resident = server.descriptors(), server.resident()
        print(f"{SOAK:.0f} s: {acknowledged} commands, {sum(reader.streams for reader in readers)} streams,"
              f" {frames} frames; {before[0]} to {descriptors} descriptors, {before[1]} to {resident} KiB")
        # Connections to the database are opened at need and kept, three descriptors each.
        assert abs(descriptors - before[0]) <= 12
        # What is kept for reuse depends on how bursts fall.
        assert resident < before[1] * 1.25 + 4096

    asyncio.run(soak())
