"""Two servers on two hosts, PostgreSQL on a third and fourth, a broker on a fifth: all pages show what is stored, also when
the links between them are long, stall, and are cut."""

import asyncio
import os
import signal

import pytest
from crowds import crowd, end_in_step, report
from posters import posting
from readers import reading
from sites import HostNats, HostRedis

SECONDS = float(os.environ.get("SECONDS", "8"))
CUT = float(os.environ.get("CUT", "2"))  # seconds
DELAY, STALL = 0.05, 2.0  # seconds, each way


@pytest.fixture(params=[HostRedis, HostNats, None], ids=["redis", "nats", "postgresql"])
def kind(request):
    return request.param


def test_all_streams_end_on_what_is_stored_and_none_goes_back(site, kind):
    async def run():
        made = site(broker=kind)
        posters, readers = crowd(made)
        async with reading(readers):
            async with posting(posters):
                await asyncio.sleep(SECONDS)
            await end_in_step(made, posters, readers, 5)
            report(f"{SECONDS:.0f} s", posters, readers)
        assert not any(poster.reasons for poster in posters)
        assert all(server.figure("todo_pubsub_received_total") > 0 for server in made.servers)

    asyncio.run(run())


def test_the_same_over_links_that_are_long_and_stall(site, kind):
    async def stall(relays):
        for relay in relays:
            relay.process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(STALL)
        for relay in relays:
            relay.process.send_signal(signal.SIGCONT)

    async def run():
        made = site(broker=kind, delay=DELAY)
        posters, readers = crowd(made)
        async with reading(readers):
            async with posting(posters):
                end = asyncio.get_running_loop().time() + SECONDS
                while asyncio.get_running_loop().time() < end:
                    # The databases', the broker's, all of them.
                    for relays in [made.relays[:2], made.relays[2:], made.relays]:
                        await asyncio.sleep(1)
                        await stall(relays)
            await end_in_step(made, posters, readers, 5)
            report(f"{SECONDS:.0f} s", posters, readers)

    asyncio.run(run())


def test_within_5_s_of_a_cut_link_s_return_all_is_in_step(site, kind):
    async def run():
        made = site(broker=kind)
        posters, readers = crowd(made)
        time = asyncio.get_running_loop().time
        async with reading(readers):
            for host in made.hosts():
                async with posting(posters) as stopping:
                    await asyncio.sleep(0.5)
                    host.cut()
                    await asyncio.sleep(CUT)
                    stopping.set()
                    host.mend()
                    mended = time()
                answered = time()
                await end_in_step(made, posters, readers, mended + 5 - answered)
                report(
                    f"{host.name} cut for {CUT:.0f} s, in step {time() - mended:.1f} s after its return (all commands"
                    f" acknowledged after {answered - mended:.1f})", posters, readers)

    asyncio.run(run())
