"""What an operator is told: at the start, by the log and by the figures."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest
from streams import Follower
from todoserver import PROGRAM, ROOT, Server, two_servers


def refusal(folder, *options, within=(), **settings):
    """What a server says that ends instead of starting."""
    server = Server(folder, *options, within=within, **settings)
    with pytest.raises(RuntimeError, match="status 1:"):
        server.start()
    text = server.log.read_text()
    assert text.count("\n") == 1
    return text


def test_the_version_is_said_wherever_one_looks_for_it(server):
    said = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True)
    assert (said.returncode, said.stderr) == (0, "")
    version = re.fullmatch(r"todo-server (\d+\.\d+\.\d+)\n", said.stdout)[1]
    shown = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True).stdout
    assert f"todo-server {version}" in shown and "--version" in shown
    assert server.log.read_text().splitlines()[0].endswith(f" version={version}")
    assert server.figure(f'todo_build_info{{version="{version}"}}') == 1


@pytest.mark.parametrize("gone", ["Public", "Public/app.css", "Public/drafts.js"])
def test_a_start_without_what_the_pages_load_is_refused(tmp_path, gone):
    root = tmp_path / "root"
    for name in ["Public", "Templates"]:
        shutil.copytree(ROOT / name, root / name)
    if gone == "Public":
        shutil.rmtree(root / gone)
    else:
        (root / gone).unlink()
    assert re.search(rf"{root}/{gone}\S*: the pages need this file", refusal(tmp_path, "--root", root))


def test_two_servers_without_a_broker_say_so_once_and_are_late_and_not_stale(tmp_path):
    servers = [server.start() for server in two_servers(tmp_path)]
    try:
        with Follower(servers[0], "a") as follower, Follower(servers[1], "a") as there:
            assert follower.shows([])
            for number in range(3):
                assert servers[1].post("/todos/a", newTodo=f"{number}")[0] == 201
                assert follower.shows([f"{earlier}" for earlier in range(number + 1)])
            # A change of its own right after one of the other's.
            assert servers[1].post("/todos/b", newTodo="theirs")[0] == 201
            assert servers[0].post("/todos/a", newTodo="ours")[0] == 201
            assert there.shows(["0", "1", "2", "ours"])
            with Follower(servers[0], "b") as other:
                assert other.shows(["theirs"])
                assert servers[1].post("/lists/b/delete")[0] == 204
                assert other.shows([])
        assert [server.log.read_text().count("another process changes the database") for server in servers] == [1, 1]
    finally:
        for server in servers:
            assert server.stop() == 0


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not here")
def test_prometheus_finds_nothing_wrong_with_the_figures(server):
    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=server.get("/metrics")[1], capture_output=True, text=True)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")
