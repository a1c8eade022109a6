"""The primary's host is lost under load and the standby promoted: what was acknowledged is there, once, and the servers find
the new primary by themselves."""

import asyncio
import os

from crowds import crowd, end_in_step, report
from posters import posting
from readers import reading

ROUNDS = int(os.environ.get("ROUNDS", "2"))
WITHIN = 10  # seconds from the promotion until both servers serve


async def serve_again(servers, number):
    """Waits until each server has carried out a command on a list that is not in any other use."""
    loop = asyncio.get_running_loop()
    promoted = loop.time()
    for server in servers:
        while True:
            status, text = await asyncio.to_thread(server.post, f"/todos/round-{number}", newTodo=server.host.name)
            seconds = loop.time() - promoted
            if status == 201:
                break
            assert status == 503 and seconds < WITHIN, f"{server.host.name} after {seconds:.1f} s: {status} {text}"
            await asyncio.sleep(0.05)
        assert seconds < WITHIN
    return seconds


def test_what_was_acknowledged_survives_the_primary_and_the_servers_find_the_new_one(site):
    async def run():
        made = site()
        posters, readers = crowd(made)
        slowest = 0
        async with reading(readers):
            for number in range(ROUNDS):
                async with posting(posters):
                    await asyncio.sleep(1 + number % 5 / 10)
                    await asyncio.to_thread(made.pair.fail_over, is_silent=number % 3 == 0)
                    seconds = await serve_again(made.servers, number)
                    await asyncio.sleep(0.5)
                slowest = max(slowest, seconds)
                await end_in_step(made, posters, readers, 5)
                report(f"round {number + 1}: served {seconds:.1f} s after the promotion", posters, readers)
                # The same processes as before, and what they have said of it is for a human.
                assert all(server.is_running() for server in made.servers)
                await asyncio.to_thread(made.pair.renew_standby)
        print(f"{ROUNDS} failovers, served again within {slowest:.1f} s of each promotion")

    asyncio.run(run())
