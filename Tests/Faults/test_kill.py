"""Whatever was acknowledged is there after `kill -9` at any moment, and the file is sound."""

import contextlib
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import time

from writers import Writer, Writers

ROUNDS = int(os.environ.get("ROUNDS", "100"))
SEED = int(os.environ.get("SEED", "1"))
LOAD = 0.04  # seconds of load at most before the kill


def integrity(database, folder):
    """What SQLite thinks of a copy: looking at the file itself would recover it before the server does."""
    for suffix in ["", "-wal"]:
        file = pathlib.Path(f"{database}{suffix}")
        if file.exists():
            shutil.copy(file, folder / f"copy{suffix}")
        else:
            (folder / f"copy{suffix}").unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(folder / "copy")) as copy:
        return copy.execute("PRAGMA integrity_check").fetchall()


def test_what_was_acknowledged_survives_kill_9(start, tmp_path):
    chance = random.Random(SEED)
    server = start()
    writers = [Writer(server, name, SEED) for name in ["red", "green", "blue"]]
    acknowledged = interrupted = 0
    print(f"SEED={SEED}")
    for _ in range(ROUNDS):
        with Writers(writers):
            time.sleep(chance.uniform(0, LOAD))
            server.stop(by=signal.SIGKILL)
        acknowledged += sum(len(writer.history) - 1 for writer in writers)
        interrupted += sum(writer.pending is not None for writer in writers)
        assert integrity(server.database, tmp_path) == [("ok",)]
        server.start()
        for writer in writers:
            writer.check()
    print(f"{ROUNDS} rounds: {acknowledged} commands acknowledged, {interrupted} interrupted")
    assert acknowledged > ROUNDS / 2 and interrupted > ROUNDS / 2
    assert server.stop() == 0
