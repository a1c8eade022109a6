"""A server or PostgreSQL is ended by kill -9 at any moment under load: nothing that was acknowledged is missing or there
twice."""

import asyncio
import os
import random
import signal

from crowds import crowd, end_in_step, report
from databases import eventually
from posters import posting
from readers import reading

ROUNDS = int(os.environ.get("ROUNDS", "3"))
SEED = int(os.environ.get("SEED", "1"))
LOAD = 0.5  # seconds of load at most before the kill


def end(service):
    """Ends it with all that belongs to it, and starts it again on what it has left."""
    service.host.kill()
    service.process.wait()
    service.start()


def end_one_of(database):
    """Ends one of the processes that serve connections: all others end with it, and PostgreSQL starts again by itself."""
    pids = database.ask("SELECT pid FROM pg_stat_activity WHERE application_name = 'todo-server' ORDER BY pid").split()
    os.kill(int(pids[-1]), signal.SIGKILL)
    # Until it is gone, PostgreSQL may not have seen its end, and answers as before.
    eventually(lambda: not os.path.exists(f"/proc/{pids[-1]}") and database.answers(), 20, "PostgreSQL's restart")


def test_what_was_acknowledged_survives_kill_9_of_a_server_and_of_postgresql(site):
    async def run():
        made = site(has_standby=False)
        posters, readers = crowd(made, streams=16)
        chance = random.Random(SEED)
        print(f"SEED={SEED}")
        async with reading(readers):
            for number in range(ROUNDS):
                database, (one, two) = made.pair.primary, made.servers
                kill, what = [(end, database), (end, one), (end_one_of, database), (end, two)][number % 4]
                async with posting(posters):
                    await asyncio.sleep(chance.uniform(0.05, LOAD))
                    await asyncio.to_thread(kill, what)
                await end_in_step(made, posters, readers, 10)
            report(f"{ROUNDS} rounds", posters, readers)

    asyncio.run(run())
