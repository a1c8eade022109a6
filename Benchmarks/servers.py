"""The servers that are measured: this project's, what a user would pick instead, and the limit."""

import contextlib
import importlib.util
import json
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
BUILT = ROOT / ".build" / "benchmarks"


class Server:
    """A server under load: how it is started, and how ssebench publishes to it."""

    port = 0
    publish = []

    def __init__(self, *options):
        self.options = [str(option) for option in options]

    def command(self, folder):
        raise NotImplementedError

    def prepare(self):
        """Fills it with what is measured."""

    @contextlib.contextmanager
    def running(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(f"{folder}/log", "w") as log:
                process = subprocess.Popen(self.command(folder), cwd=folder, stdout=log, stderr=log)
            try:
                self.wait(process, folder)
                self.prepare()
                yield process.pid
            finally:
                process.terminate()
                try:
                    process.wait(timeout=5)
                except subprocess.TimeoutExpired:
                    # Hummingbird's peer waits for clients that it has not noticed to have left.
                    process.kill()
                    process.wait()

    def wait(self, process, folder):
        for _ in range(200):
            if process.poll() is not None:
                break
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        raise RuntimeError(f"{type(self).__name__} does not listen: {pathlib.Path(folder, 'log').read_text()}")


class Ours(Server):
    """This project's server, with one list."""

    port = 9230
    program = ROOT / ".build/release/todo-server"
    publish = ["--pub-path", "/todos/bench/50/edit", "--body", '{"title":"%s"}']

    def __init__(self, *options, todos=100):
        super().__init__(*options)
        self.todos = todos

    def command(self, folder):
        return [self.program, "--port", str(self.port), "--root", str(ROOT), *self.options]

    def prepare(self):
        todos = [{"title": f"Buy item number {number} at the shop"} for number in range(self.todos)]
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/lists/bench/import", data=json.dumps({"todos": todos}).encode(),
            headers={"Content-Type": "application/json"})
        urllib.request.urlopen(request).close()


class Limit(Server):
    """epoll and write(2), nothing else, at the same number of bytes."""

    port = 9204

    def command(self, folder):
        return [BUILT / "limit", str(self.port), *self.options]


class Nchan(Server):
    """nginx with nchan, which renders nothing: the body that is published, of so many bytes, is what every stream gets."""

    port = 9203

    def __init__(self, size=22_000):
        super().__init__()
        self.publish = ["--pad", str(size)]

    @staticmethod
    def is_installed():
        return pathlib.Path("/usr/lib/nginx/modules/ngx_nchan_module.so").exists()

    def command(self, folder):
        pathlib.Path(folder, "tmp").mkdir()
        return [shutil.which("nginx"), "-p", folder, "-c", HERE / "peers/nchan.conf"]


class Nginx(Server):
    """nginx serving the same page from a file."""

    port = 9205

    @staticmethod
    def is_installed():
        return shutil.which("nginx") is not None

    def command(self, folder):
        page, = self.options
        pathlib.Path(folder, "page.html").write_text(page)
        pathlib.Path(folder, "nginx.conf").write_text(f"""
            worker_processes auto; daemon off; error_log stderr error; pid nginx.pid;
            events {{ worker_connections 4096; }}
            http {{ access_log off; sendfile on; tcp_nopush on; open_file_cache max=10;
              server {{ listen 127.0.0.1:{self.port} backlog=4096; keepalive_requests 100000000; root {folder}; }} }}""")
        pathlib.Path(folder).chmod(0o755)
        return [shutil.which("nginx"), "-p", folder, "-c", f"{folder}/nginx.conf"]


class Node(Server):
    """The fan-out as a Datastar user on Node would write it; it stores nothing."""

    port = 9201

    @staticmethod
    def is_installed():
        return shutil.which("node") is not None

    def command(self, folder):
        return [shutil.which("node"), HERE / "peers/node.mjs", str(self.port)]


class Starlette(Server):
    """datastar-py on Starlette; it stores nothing."""

    port = 9202

    @staticmethod
    def is_installed():
        return all(importlib.util.find_spec(name) for name in ["uvicorn", "starlette", "datastar_py"])

    def command(self, folder):
        return [shutil.which("uvicorn"), "--no-access-log", "--app-dir", HERE / "peers", "--port", str(self.port),
                "starlette_app:app"]


class Hummingbird(Server):
    """Hummingbird 2 on SwiftNIO; it stores nothing."""

    port = 9207
    program = HERE / "peers/hummingbird/FanOut/.build/release/App"

    @classmethod
    def is_installed(cls):
        return cls.program.exists()

    def command(self, folder):
        return [self.program, str(self.port)]


class HummingbirdExample(Hummingbird):
    """Hummingbird 2 with this project's topics: Examples/Hummingbird, with one list."""

    port = 9231
    program = ROOT / "Examples/Hummingbird/TodoList/.build/release/App"
    publish = Ours.publish

    def prepare(self):
        for number in range(100):
            request = urllib.request.Request(
                f"http://127.0.0.1:{self.port}/todos/bench",
                data=json.dumps({"newTodo": f"Buy item number {number} at the shop"}).encode(),
                headers={"Content-Type": "application/json"})
            urllib.request.urlopen(request).close()


def ssebench(server, *options):
    """Measures one server with Benchmarks/ssebench.c, and answers what it prints."""
    with server.running() as pid:
        result = subprocess.run(
            [BUILT / "ssebench", "--port", str(server.port), "--pid", str(pid), *server.publish,
             *(str(option) for option in options)], stdout=subprocess.PIPE, text=True)
    if not result.stdout:
        raise RuntimeError(f"ssebench has failed at {type(server).__name__}: {options}")
    return json.loads(result.stdout)
