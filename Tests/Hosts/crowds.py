"""Those who write and read at a site, and what has to hold for them in the end."""

import asyncio
import json

from posters import LISTS, Poster
from readers import Reader
from streams import until


def crowd(site, writers=8, streams=64):
    return ([Poster(site.servers, number) for number in range(writers)],
            [Reader(site.servers, number) for number in range(streams)])


def exported(server):
    """All lists as a server exports them, in the form of `Decoder.todos`; nothing while it cannot read one of them."""
    answers = {name: server.get(f"/lists/{name}.json") for name in LISTS}
    assert {status for status, _ in answers.values()} <= {200, 503}
    if any(status == 503 for status, _ in answers.values()):
        return None
    return {
        name: [(todo["id"], todo["title"], todo["completed"]) for todo in json.loads(text)["todos"]]
        for name, (_, text) in answers.items()}


async def end_in_step(site, posters, readers, seconds):
    """Waits until both servers show what is stored, which is what was acknowledged, and so do all streams."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    expected = None
    # A server may have begun to look for the database a moment before that could be reached.
    while not (expected and expected == exported(site.servers[1])):
        assert loop.time() < deadline, f"the servers do not show the same within {seconds:.1f} s"
        await asyncio.sleep(0.02)
        expected = exported(site.servers[0])
    for poster in posters:
        poster.check(expected[poster.list])
    behind = lambda: [reader for reader in readers if reader.shows() != expected[reader.list]]
    await until(lambda: not behind(), deadline - loop.time(), "that all streams show what is stored")
    assert not [reader for reader in readers if reader.went_back or reader.stream.decoder.went_back]


def report(what, posters, readers):
    reasons = {}
    for poster in posters:
        for reason, count in poster.reasons.items():
            reasons[reason] = reasons.get(reason, 0) + count
    print(f"{what}: {sum(poster.acknowledged for poster in posters)} commands acknowledged, of which"
          f" {sum(poster.repeated for poster in posters)} were sent again,"
          f" {sum(reader.frames + reader.stream.decoder.frames for reader in readers)} frames on"
          f" {sum(reader.streams for reader in readers)} streams; not acknowledged: {reasons}")
