"""The systemd unit starts the server as it says, and scripts/cluster ends all that it has started."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import time
import urllib.request

import pytest
from service import heed_signals
from todoserver import PROGRAM, PROGRAM_WITH_REDIS, ROOT, free_port, is_free

UNIT = ROOT / "deploy/todo-server@.service"


def setting(name):
    return re.findall(rf"^{name}=(.*)$", UNIT.read_text(), re.MULTILINE)


def test_the_unit_starts_a_server_and_gives_it_time_to_end(tmp_path):
    (tmp_path / "todo-server").mkdir()
    port = free_port()
    lines = " ".join(setting("Environment")).replace("%i", str(port)).replace("%S", str(tmp_path))
    environment = dict(assignment.split("=", 1) for assignment in lines.split())
    environment |= {"TODO_ROOT": str(ROOT)}
    server = subprocess.Popen(
        [PROGRAM], cwd="/", env={**os.environ, **environment}, stderr=subprocess.PIPE, text=True)
    assert f"open http://127.0.0.1:{port}" in server.stderr.readline()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
        assert answer.status == 200
    assert (tmp_path / "todo-server/todos.sqlite").exists()
    server.send_signal(signal.Signals[setting("KillSignal")[0]])
    assert server.wait(timeout=float(setting("TimeoutStopSec")[0].removesuffix("s"))) == 0
    server.stderr.close()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path):
    # The program is not where an installation would have it.
    copy = tmp_path / "todo-server@8081.service"
    copy.write_text(UNIT.read_text().replace(setting("ExecStart")[0], "/bin/true"))
    checked = subprocess.run(["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.fixture(params=[("--no-redis", PROGRAM, 3), (None, PROGRAM_WITH_REDIS, 4)], ids=["alone", "with Redis"])
def cluster(request):
    """A cluster on ports of its own that is ready, with what it has said and how many it has started."""
    option, program, count = request.param
    if not option and not shutil.which("redis-server"):
        pytest.skip("redis-server is not here")
    port = free_port(5)
    process = subprocess.Popen(
        [ROOT / "scripts/cluster", *([option] if option else []), "--port", str(port)],
        env={**os.environ, "TODO_SERVER": program},
        preexec_fn=heed_signals,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    process.port, process.said, process.count = port, "", count
    while "Ctrl-C" not in process.said:
        line = process.stdout.readline()
        assert line, process.said
        process.said += line
    yield process
    if process.poll() is None:
        process.terminate()
        process.wait(timeout=20)
    process.stdout.close()


def children(cluster):
    """The processes that it has started and keeps; those of its last lines' own commands end in a moment."""
    path = pathlib.Path(f"/proc/{cluster.pid}/task/{cluster.pid}/children")
    while len(pids := path.read_text().split()) != cluster.count:
        assert cluster.poll() is None
        time.sleep(0.01)
    return [int(pid) for pid in pids]


def are_gone(pids):
    return not any(pathlib.Path(f"/proc/{pid}").exists() for pid in pids)


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_a_cluster_serves_by_https_and_ends_with_all_that_it_has_started(cluster, by):
    authority = re.search(r"authority is (.*)\)", cluster.said)[1]
    folder = pathlib.Path(re.search(r"logs: (.*);", cluster.said)[1])
    url = f"https://localhost:{cluster.port}"
    sent = subprocess.run(
        ["curl", "-sf", "--cacert", authority, "-d", "newTodo=Milk", "-H", f"Origin: {url}", f"{url}/todos/groceries"])
    assert sent.returncode == 0
    for port in (cluster.port + 2, cluster.port + 3):
        read = subprocess.run(
            ["curl", "-sf", f"http://127.0.0.1:{port}/lists/groceries.md"], capture_output=True, text=True)
        assert "Milk" in read.stdout
    started = children(cluster)
    cluster.send_signal(by)
    assert cluster.wait(timeout=20) == 0
    assert are_gone(started) and not folder.exists()


def killed(cluster, name):
    """Kills one of them, by the port in its command line or its program's name."""
    found, = [pid for pid in children(cluster) if name in pathlib.Path(f"/proc/{pid}/cmdline").read_text()]
    os.kill(found, signal.SIGKILL)


def test_a_server_of_a_cluster_that_ends_is_told_of_and_started_again_while_the_other_goes_on(cluster):
    authority = re.search(r"authority is (.*)\)", cluster.said)[1]
    killed(cluster, f"\0{cluster.port + 3}\0")
    assert "server-2 has ended with status 137, by SIGKILL\n" in cluster.stdout.readline()
    assert "server-2 is started again" in cluster.stdout.readline()
    while is_free(cluster.port + 3):
        page = subprocess.run(["curl", "-sf", "--cacert", authority, f"https://localhost:{cluster.port}/"])
        assert page.returncode == 0
    assert cluster.poll() is None


def test_a_cluster_whose_proxy_ends_says_so_and_ends_the_others(cluster):
    started = children(cluster)
    killed(cluster, "caddy\0")
    assert cluster.wait(timeout=20) == 1
    assert "caddy has ended with status 137, by SIGKILL" in cluster.stdout.read()
    assert are_gone(started)


def test_a_cluster_that_cannot_start_says_why(tmp_path):
    (tmp_path / "todos.sqlite").write_text("no database " * 100)
    done = subprocess.run(
        [ROOT / "scripts/cluster", "--no-redis", "--port", str(free_port(5)), "--data", tmp_path],
        env={**os.environ, "TODO_SERVER": PROGRAM}, capture_output=True, text=True)
    assert done.returncode == 1
    assert re.fullmatch(r"cluster: server-1 has ended with status 1: .*cannot open the database .* not a database.*\n", done.stderr)
