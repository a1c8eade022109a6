"""The package is made once, and installed in a Debian without Swift that all tests share, in the order of the file."""

import os
import pathlib
import subprocess

import debian
import pytest
from todoserver import PACKAGE_WITH_BROKERS


@pytest.fixture(scope="session")
def package():
    """The package of this tree with all brokers, which scripts/package has made."""
    made, = PACKAGE_WITH_BROKERS.glob("todo-server_*.deb")
    return made


@pytest.fixture(scope="session")
def bare(tmp_path_factory):
    """A Debian without Swift, to be copied."""
    if os.geteuid() != 0:
        pytest.skip("only root makes a Debian of its own")
    return debian.bare(tmp_path_factory.mktemp("bare") / "debian")


@pytest.fixture(scope="session")
def machine(package, bare, tmp_path_factory):
    """A Debian with the package, the proxies, the brokers and PostgreSQL installed, and running."""
    machine = debian.Debian(bare, tmp_path_factory.mktemp("machine") / "debian")
    machine.install(package, "caddy", "nginx-light", "redis-server", "nats-server", "postgresql")
    # Each test starts what it wants: both proxies take the same ports.
    machine.disable("caddy", "nginx", "nats-server", "postgresql")
    machine.boot()
    yield machine
    machine.end()


@pytest.fixture(scope="session")
def newer(package, tmp_path_factory):
    """The same package under the next version's name."""
    folder = tmp_path_factory.mktemp("newer")
    subprocess.run(["dpkg-deb", "-R", package, folder / "tree"], check=True)
    control = folder / "tree/DEBIAN/control"
    lines = [line + "+next" if line.startswith("Version:") else line for line in control.read_text().splitlines()]
    control.write_text("\n".join(lines) + "\n")
    made = folder / "newer.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zgzip", "--build", folder / "tree", made], check=True)
    return pathlib.Path(made)
