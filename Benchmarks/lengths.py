"""What a change costs in lists of 100, 1,000 and 5,000 todos, and on the index of 10,000 lists."""

import http.client
import importlib.util
import json
import re
import selectors
import shutil
import socket
import statistics
import time

from servers import Ours, ssebench

LENGTHS = [100, 1_000, 5_000]
LISTS, VIEWERS, CHANGES = 10_000, 200, 60


class Commands:
    """A connection that commands are sent on."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port)

    def post(self, path, **fields):
        self.send(path, **fields)
        self.answer()

    def send(self, path, **fields):
        self.connection.request("POST", path, json.dumps(fields), {"Content-Type": "application/json"})

    def answer(self):
        answer = self.connection.getresponse()
        answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"a command is answered with {answer.status}")

    def get(self, path):
        self.connection.request("GET", path)
        return self.connection.getresponse().read().decode()


def lengths(run):
    for length in LENGTHS:
        # Until the whole list has come, which takes a while without compression.
        one = ["--conns", 1, "--rounds", 200, "--settle", 3]
        run.measure({
            f"gzip, {length} todos": lambda: ssebench(Ours(todos=length), *one, "--gzip"),
            f"plain, {length} todos": lambda: ssebench(Ours(todos=length), *one),
        })
    for length in LENGTHS:
        for form, most in [("gzip", 150), ("plain", 700)]:
            yield f"{form}: bytes for one edited title, {length} todos", (
                run.median(f"{form}, {length} todos", "wire_bytes_per_delivery")), "≤", most
    cpu = "server_cpu_us_per_delivery"
    yield "server CPU of a change, one stream: 5,000 todos, of that with 100", (
        run.median("gzip, 5000 todos", cpu) / run.median("gzip, 100 todos", cpu)), "≤", 1.5
    if importlib.util.find_spec("playwright") and shutil.which("chromium"):
        yield from browser(run)


# MARK: The browser's share

def browser(run):
    run.measure({f"Chromium, {length} todos": lambda length=length: main_thread(length) for length in [100, 5_000]})
    for kind, most in [("edit", 12), ("toggle", 12), ("add", 30), ("delete", 30), ("move", 30)]:
        many, few = run.median("Chromium, 5000 todos", kind), run.median("Chromium, 100 todos", kind)
        yield f"Chromium's main thread, {kind}, 5,000 todos, ms", many, "≤", most
        if most == 12:
            yield "the same, of that with 100", many / few, "≤", 2


def main_thread(length):
    """The processor's milliseconds on a page's main thread for a change by somebody else, by its kind."""
    from playwright.sync_api import sync_playwright
    ours = Ours(todos=length)
    with ours.running(), sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = chromium.new_page()
        page.goto(f"http://127.0.0.1:{ours.port}/lists/bench")
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        time.sleep(2)
        todo = lambda place, command: f"/todos/bench/{place}/{command}"
        changes = {
            "edit": lambda n: (todo(30 + n, "edit"), {"title": f"new title {n}"}),
            "toggle": lambda n: (todo(40 + n, "toggle"), {}),
            # Before adding: the longest list takes no more.
            "delete": lambda n: (todo(10 + n, "delete"), {}),
            "add": lambda n: ("/todos/bench", {"newTodo": f"new {n}"}),
            "move": lambda n: (todo(50 + n, "move"), {"after": 70 + n}),
        }
        return {kind: cost(session, Commands(ours.port), change) for kind, change in changes.items()}


def cost(session, commands, change, times=8):
    def busy():
        metrics = session.send("Performance.getMetrics")["metrics"]
        return 1000 * next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")

    costs = []
    for number in range(times):
        before = busy()
        path, fields = change(number)
        commands.post(path, **fields)
        time.sleep(0.5)  # until all that it brings about in the page has been done
        costs.append(busy() - before)
    return statistics.median(costs)


# MARK: The index

def index(run):
    run.measure({"index": index_bytes})
    yield "index of 10,000 lists: bytes to 200 viewers for 60 changes to one, MB", run.median("index", "mb"), "≤", 2


def index_bytes():
    ours = Ours()
    with ours.running():
        commands = Commands(ours.port)
        for number in range(1, LISTS):  # beside the one that is there
            commands.post(f"/todos/list-{number}", newTodo="Milk")
        revision = re.search(r'id="revision" value="(\d+)"', commands.get("/"))[1]
        viewers = selectors.DefaultSelector()
        for _ in range(VIEWERS):
            viewer = socket.create_connection(("127.0.0.1", ours.port))
            viewer.sendall(f"GET /subscribe?after={revision} HTTP/1.1\r\nHost: localhost\r\n"
                           "Accept-Encoding: gzip\r\n\r\n".encode())
            viewers.register(viewer, selectors.EVENT_READ)
        received = drain(viewers, 1)
        for number in range(CHANGES):
            commands.post("/todos/list-7", newTodo=f"todo {number}")
            received += drain(viewers, 0.05)
        return {"mb": (received + drain(viewers, 1)) / 1e6}


def drain(viewers, patience):
    """Reads until nothing has come for some seconds; answers how many bytes did."""
    received = 0
    while ready := viewers.select(patience):
        received += sum(len(key.fileobj.recv(1 << 20)) for key, _ in ready)
    return received
