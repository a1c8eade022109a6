"""Disks that are small, full or not to be written, which a server alone has its database on."""

import contextlib
import pathlib
import subprocess

import pytest

# Run by the kernel in a view of the file system of the process's own, which goes with it.
ELSEWHERE = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
SMALL_DISK = [*ELSEWHERE, 'mount -t tmpfs -o size=2m none "$0" && exec "$@"']
FULL_DISK = [
    *ELSEWHERE,
    'mount -t tmpfs -o size=64k none "$0" && { dd if=/dev/zero of="$0/filler" 2>/dev/null; exec "$@"; }']
READ_ONLY = [*ELSEWHERE, 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"']


def moved_elsewhere(server, command):
    """Has a server that has not been started see another disk in the folder of its database."""
    if subprocess.run([*command, server.database.parent, "true"], capture_output=True).returncode != 0:
        pytest.skip("a process may not have mounts of its own here")
    server.within = [*command, server.database.parent]


@contextlib.contextmanager
def filled(server):
    """The small disk of a server without any room, as long as the block lasts."""
    filler = folder(server) / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    yield
    filler.unlink()


def folder(server):
    """The folder of a running server's database, as its process sees it."""
    return pathlib.Path(f"/proc/{server.process.pid}/root{server.database.parent}")
