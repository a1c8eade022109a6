"""What an operator is told: at the start, by the log and by the figures."""

import contextlib
import http.client
import json
import os
import re
import shutil
import subprocess
import time

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


def test_a_program_that_is_given_no_name_serves(start):
    assert start(program="", executable=PROGRAM).get("/")[0] == 200


def test_the_version_is_said_wherever_one_looks_for_it(server):
    said = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True)
    assert (said.returncode, said.stderr) == (0, "")
    version = re.fullmatch(r"todo-server (\d+\.\d+\.\d+)\n", said.stdout)[1]
    shown = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True).stdout
    assert f"todo-server {version}" in shown and "--version" in shown
    assert re.search(rf" connections=\d+ database=/\S+ pubsub=memory version={version}$", server.log.read_text().splitlines()[0])
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
        assert [len(server.logged("another process changes the database")) for server in servers] == [1, 1]
    finally:
        for server in servers:
            assert server.stop() == 0


def fields(line):
    """The fields of a line of the log; fails for what is none."""
    pairs = re.findall(r'(\w+)=("(?:[^"\\]|\\.)*"|[^" ]+)(?: |$)', line)
    assert " ".join(f"{name}={value}" for name, value in pairs) == line
    return {name: value.strip('"') for name, value in pairs}


def test_the_log_tells_of_a_streams_end_and_by_what_it_came(start):
    server = start("--log-level", "info", "--behind-proxy")
    names = {"X-Forwarded-For": "::ffff:192.0.2.7", "X-Request-Id": "abc 7", "traceparent": "00-1f-2e-01"}
    begin = time.monotonic()
    with Follower(server, "a", headers=names) as follower:
        assert follower.shows([])
        assert server.request("POST", "/todos/a", '{"newTodo": "milk"}', {"Content-Type": "application/json"})[0] == 201
        assert follower.shows(["milk"])
    while server.figure("todo_streams"):
        pass
    duration = time.monotonic() - begin
    with Follower(server, "b") as other:
        assert other.shows([])
        assert server.get("/readyz")[0] == 200
        assert server.stop() == 0
    lines = [fields(line) for line in server.log.read_text().splitlines()]
    begun, *_ = [line for line in lines if line.get("path") == "/subscribe/a"]
    ended = [line for line in lines if line["msg"] == "stream ended"]
    assert [(line["path"], line["reason"]) for line in ended] == [
        ("/subscribe/a", "the client has gone"), ("/subscribe/b", "the server stops")]
    assert ended[0]["request"] == begun["request"] and int(ended[0]["bytes"]) > 1000
    assert 0 <= int(ended[0]["seconds"]) <= duration
    assert (begun["client"], begun["proxy_request"], begun["traceparent"]) == ("192.0.2.7", "abc 7", "00-1f-2e-01")
    assert not [line for line in lines if line.get("path") in ["/readyz", "/metrics"]]


def test_what_a_stream_was_sent_is_counted_also_where_connections_share_it(start):
    server = start("--log-level", "info")
    titles = [f"todo {number}" for number in range(1000)]
    text = "".join(f"- [ ] {title}\n" for title in titles)
    assert server.request("POST", "/lists/a/import", text, {"Content-Type": "text/markdown"})[0] == 201
    # The first few are sent bytes of their own.
    with contextlib.ExitStack() as followers:
        for _ in range(12):
            assert followers.enter_context(Follower(server, "a")).shows(titles)
    while server.figure("todo_streams"):
        pass
    server.stop()
    counts = server.logged(r'msg="stream ended" bytes=(\d+) ')
    assert len(counts) == 12 and all(int(count) > 100 * len(titles) for count in counts)


def test_what_the_proxy_is_not_trusted_with_is_not_in_the_log(start):
    server = start("--log-level", "debug")
    assert server.request("GET", "/lists/a", headers={"X-Request-Id": "forged", "traceparent": "forged"})[0] == 200
    assert server.get("/readyz")[0] == 200
    assert server.logged(" level=debug msg=request .* path=/readyz ")
    assert "forged" not in server.log.read_text()


def test_a_start_that_fails_is_a_line_like_all_others(tmp_path):
    assert fields(refusal(tmp_path, "--port", "70000").strip())["level"] == "critical"


@pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("strace"), reason="strace is not here, or there is no privilege to do without")
def test_without_privileges_nothing_is_said_in_the_systems_log(tmp_path):
    trace = tmp_path / "trace"
    within = ["setpriv", "--bounding-set=-sys_nice", "strace", "-D", "-f", "-e", "trace=setpriority,connect", "-o", trace]
    server = Server(tmp_path, within=within).start()
    while "EACCES" not in trace.read_text():  # timers begin a moment later
        time.sleep(0.01)
    assert server.post("/todos/a", newTodo="milk")[0] == 201
    assert server.stop() == 0
    assert "/dev/log" not in trace.read_text()


def test_behind_a_proxy_a_stop_is_said_first_and_cuts_no_command(start):
    server = start("--behind-proxy")
    connections = [http.client.HTTPConnection("127.0.0.1", server.port, timeout=20) for _ in range(20)]

    def post(connection):
        connection.request(
            "POST", "/todos/a", json.dumps({"newTodo": "milk"}), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.getheader("Connection")

    assert {post(connection) for connection in connections} == {(201, None)}
    server.process.terminate()
    while (ready := server.get("/readyz")) != (503, "the server is stopping\n"):
        assert ready[0] == 200
    # On connections that are there and on new ones, which are closed by what is said on them.
    assert {post(connection) for connection in connections} == {(201, "close")}
    assert server.get("/lists/a")[0] == 200 and server.get("/healthz") == (200, "ok\n")
    assert server.process.wait(timeout=5) == 0
