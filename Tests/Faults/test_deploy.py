"""The systemd unit starts the server as it says, and scripts/cluster ends all that it has started."""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request

import pytest
from brokers import Nats, PostgreSQL
from redisserver import Redis
from service import heed_signals
from streams import Follower
from todoserver import PROGRAM, PROGRAM_WITH_BROKERS, PROGRAM_WITH_REDIS, ROOT, Server, free_port, is_free

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


@contextlib.contextmanager
def running(*options, program, count):
    """A cluster on ports of its own that is ready, with what it has said and how many it has started."""
    port = free_port(6)
    process = subprocess.Popen(
        [ROOT / "scripts/cluster", *options, "--port", str(port)],
        env={**os.environ, "TODO_SERVER": program},
        preexec_fn=heed_signals,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    process.port, process.said, process.count = port, "", count
    while "Ctrl-C" not in process.said:
        line = process.stdout.readline()
        assert line, process.said
        process.said += line
    process.folder = pathlib.Path(re.search(r"logs: (.*);", process.said)[1])
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=20)
        process.stdout.close()


def skip_without(program, *kinds):
    for kind in kinds:
        if not kind.is_here():
            pytest.skip(f"{kind.__name__} is not here")
    if not os.path.exists(program):
        pytest.skip(f"{program} is not built: swift build --traits NATS,PostgreSQL,Redis --scratch-path .build-brokers")


@pytest.fixture(params=["alone", "with Redis", "with PostgreSQL"])
def cluster(request):
    options, program, kinds = {
        "alone": (["--broker", "none"], PROGRAM, []), "with Redis": ([], PROGRAM_WITH_REDIS, [Redis]),
        "with PostgreSQL": (["--store", "postgres"], PROGRAM_WITH_BROKERS, [PostgreSQL]),
    }[request.param]
    skip_without(program, *kinds)
    with running(*options, program=program, count=3 + len(kinds)) as cluster:
        yield cluster


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
    assert are_gone(started) and not cluster.folder.exists()


class Reached(Server):
    """One of a cluster's servers, which somebody else has started."""

    def __init__(self, port):
        self.address, self.port = "127.0.0.1", port


def hears(server, of):
    """Whether the broker brings a server what another one does, once it does: what is done before is read from the store."""
    for _ in range(1_000):
        if server.figure("todo_pubsub_received_total") > 0:
            return True
        assert of.post("/todos/groceries", newTodo="Bread")[0] == 201
    return False


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
@pytest.mark.parametrize("broker", [Redis, Nats, PostgreSQL])
def test_what_is_done_at_one_server_shows_at_the_other_with_each_store_and_broker(store, broker):
    # With PostgreSQL for both there is one.
    kinds = {broker, PostgreSQL} if store == "postgres" else {broker}
    skip_without(PROGRAM_WITH_BROKERS, *kinds)
    name = {Redis: "redis", Nats: "nats", PostgreSQL: "postgres"}[broker]
    options = ["--store", store, "--broker", name]
    with running(*options, program=PROGRAM_WITH_BROKERS, count=3 + len(kinds)) as cluster:
        one, two = Reached(cluster.port + 2), Reached(cluster.port + 3)
        with Follower(one, "groceries") as here, Follower(two, "groceries") as there:
            assert here.shows([]) and there.shows([])
            assert one.post("/todos/groceries", newTodo="Milk")[0] == 201
            assert here.shows(["Milk"]) and there.shows(["Milk"])
            assert two.post("/todos/groceries", newTodo="Tea")[0] == 201
            assert here.shows(["Milk", "Tea"]) and there.shows(["Milk", "Tea"])
            assert hears(one, of=two) and hears(two, of=one)
        log = (cluster.folder / "server-1.log").read_text()
        assert f"database={'postgres://todo@' if store == 'postgres' else cluster.folder}" in log and f"pubsub={name} " in log
        started = children(cluster)
        cluster.send_signal(signal.SIGINT)
        assert cluster.wait(timeout=20) == 0
        assert are_gone(started) and not cluster.folder.exists()


@pytest.mark.parametrize("options", [["--store", "postgres"], ["--broker", "none"]])
def test_a_cluster_with_a_folder_of_its_own_has_its_lists_when_it_is_started_again(options):
    skip_without(PROGRAM_WITH_BROKERS, PostgreSQL)
    # Where another user may go, as whom PostgreSQL runs.
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o711)
        for titles in [["Milk"], ["Milk", "Milk"]]:
            with running(*options, "--data", folder, program=PROGRAM_WITH_BROKERS, count=None) as cluster:
                assert Reached(cluster.port + 2).post("/todos/groceries", newTodo="Milk")[0] == 201
                assert Reached(cluster.port + 3).todos("groceries") == titles
                if "postgres" in options:
                    assert (cluster.folder / "pgpass").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_a_cluster_that_is_ended_twice_ends_all_that_it_has_started(by):
    skip_without(PROGRAM_WITH_BROKERS, PostgreSQL)
    with running("--store", "postgres", program=PROGRAM_WITH_BROKERS, count=4) as cluster:
        started = children(cluster)
        cluster.send_signal(by)
        # While the first of them ends.
        time.sleep(0.1)
        cluster.send_signal(by)
        assert cluster.wait(timeout=20) == 0
        assert are_gone(started) and not cluster.folder.exists()


def test_paths_of_a_cluster_are_those_of_where_it_is_called(tmp_path):
    (tmp_path / "file").touch()
    for options, program, reason in [
            (["--data", "file"], PROGRAM, f"--data needs a folder, and {tmp_path}/file is none"),
            (["--broker", "none"], "nowhere/todo-server",
             f"TODO_SERVER is no program: {tmp_path}/nowhere/todo-server; build it, or leave the variable out")]:
        done = subprocess.run(
            [ROOT / "scripts/cluster", *options], cwd=tmp_path, env={**os.environ, "TODO_SERVER": program},
            capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (1, f"cluster: {reason}\n")


@pytest.mark.parametrize(("options", "status", "reason"), [
    (["--store", "mysql"], 1, "--store is sqlite or postgres, not mysql"),
    (["--store"], 1, "--store is sqlite or postgres, not empty"),
    (["--broker", "kafka"], 1, "--broker is redis, nats, postgres or none, not kafka"),
    (["--port", "65531"], 1, "--port needs a number from 1 to 65530"),
    (["--data"], 1, "--data needs a folder"),
    (["--no-broker"], 2, "unknown option --no-broker; see --help"),
])
def test_wrong_options_of_a_cluster_are_refused_by_name(options, status, reason):
    done = subprocess.run([ROOT / "scripts/cluster", *options], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (status, f"cluster: {reason}\n")


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
        [ROOT / "scripts/cluster", "--broker", "none", "--port", str(free_port(6)), "--data", tmp_path],
        env={**os.environ, "TODO_SERVER": PROGRAM}, capture_output=True, text=True)
    assert done.returncode == 1
    assert re.fullmatch(r"cluster: server-1 has ended with status 1: .*cannot open the database .* not a database.*\n", done.stderr)
