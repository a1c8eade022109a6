"""The figures, each a ratio of medians within one run: what is measured, against what, and how it should come out."""

import os
import statistics
import tempfile
import time
import urllib.request

from servers import Limit, Nchan, Nginx, Node, Ours, ssebench

class Run:
    """Measures each thing as often as asked, in turn with the others, and remembers the medians."""

    def __init__(self, times):
        self.times = times
        self.results = {}

    def measure(self, measurements):
        for _ in range(self.times):
            for name, measure in measurements.items():
                self.results.setdefault(name, []).append(measure())
                print(".", end="", flush=True)

    def median(self, name, key):
        return statistics.median(self.value(result, key) for result in self.results[name])

    @staticmethod
    def value(result, key):
        for part in key.split("."):
            result = result[part]
        return result


def gzip_streams(streams):
    return lambda: ssebench(Ours(), "--conns", streams, "--rounds", 200, "--gzip")


def fan_out(run, streams):
    run.measure({
        "gzip": gzip_streams(streams),
        "plain": lambda: ssebench(Ours(), "--conns", streams, "--rounds", 200),
    })
    others = {f"limit, {form}": limit_of_size(run, form, streams) for form in ["gzip", "plain"]}
    if Nchan.is_installed():
        others["nchan"] = lambda: ssebench(Nchan(), "--conns", streams, "--rounds", 60)
        size = round(run.median("plain", "first_bytes_per_conn"))
        others["nchan, the list"] = lambda: ssebench(Nchan(size), "--conns", streams, "--rounds", 60)
    run.measure(others)
    cpu = "server_cpu_us_per_delivery"
    for form, most in [("gzip", 150), ("plain", 700)]:
        yield f"{form}: bytes a stream for one edited title", run.median(form, "wire_bytes_per_delivery"), "≤", most
        yield f"{form}: CPU a delivery, of limit's at as many bytes", (
            run.median(form, cpu) / run.median(f"limit, {form}", cpu)), "≤", 1.25
    if "nchan" in run.results:
        rate = "deliveries_per_s"
        yield "gzip: CPU a delivery, of nchan's", run.median("gzip", cpu) / run.median("nchan", cpu), "≤", 0.4
        yield "gzip: deliveries a second, of nchan's", run.median("gzip", rate) / run.median("nchan", rate), "≥", 2
        yield "plain: deliveries a second, of nchan's for the list", (
            run.median("plain", rate) / run.median("nchan, the list", rate)), "≥", 3


def limit_of_size(run, form, streams):
    """The limit, which sends as many bytes as this server does."""
    size = round(run.median(form, "wire_bytes_per_delivery"))
    return lambda: ssebench(Limit(size), "--conns", streams, "--rounds", 200)


def many(run, streams):
    if "gzip" not in run.results:
        run.measure({"gzip": gzip_streams(streams)})
    run.measure({"gzip, ten times": lambda: ssebench(Ours(), "--conns", 10 * streams, "--rounds", 20, "--gzip")})
    cpu = "server_cpu_us_per_delivery"
    yield "ten times the streams: CPU a delivery, of that before", (
        run.median("gzip, ten times", cpu) / run.median("gzip", cpu)), "≤", 1.5
    yield "memory of an idle stream, KiB", run.median("gzip, ten times", "rss_kib_per_conn"), "≤", 2.4


def burst(run, streams):
    burst = ["--conns", streams, "--rounds", 5, "--burst", 1000, "--stalled", streams // 10]
    measurements = {"burst": lambda: ssebench(Ours(todos=1000), *burst)}
    if Node.is_installed():
        measurements["burst, Node"] = lambda: ssebench(Node(), *burst)
    run.measure(measurements)
    yield "burst of 1,000 POSTs: streams without the last state", run.median("burst", "burst_lost"), "≤", 0
    yield "burst of 1,000 POSTs: bytes a stream, of the list's of 1,000 todos", (
        run.median("burst", "burst_bytes_per_conn") / run.median("burst", "first_bytes_per_conn")), "≤", 1
    if "burst, Node" in run.results:
        yield "burst of 1,000 POSTs: time, of Node's, which stores nothing", (
            run.median("burst", "burst_ms") / run.median("burst, Node", "burst_ms")), "", None


def stalled(run, streams):
    run.measure({
        "alone": lambda: ssebench(Ours(), "--conns", streams, "--rounds", 100),
        "beside stalled": lambda: ssebench(Ours(), "--conns", streams, "--rounds", 100, "--stalled", streams // 10),
    })
    yield "beside 100 stalled streams: p99 of the others, of that without", (
        run.median("beside stalled", "last_ms.p99") / run.median("alone", "last_ms.p99")), "≤", 1.3


def commit_ms():
    """What a small durable write costs on this disk: the median of 300, in milliseconds."""
    with tempfile.NamedTemporaryFile() as file:
        times = []
        for _ in range(300):
            begin = time.perf_counter()
            os.pwrite(file.fileno(), bytes(8192), 0)
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - begin) * 1000)
    return {"ms": statistics.median(times)}


def one_tab(run):
    run.measure({"one tab": lambda: ssebench(Ours(), "--conns", 1, "--rounds", 500, "--gzip"), "commit": commit_ms})
    yield "one tab: POST to update beyond the commit's fsync, ms", (
        run.median("one tab", "last_ms.p50") - run.median("commit", "ms")), "≤", 2


def pages(run):
    if not Nginx.is_installed():
        return
    load = ["--load", "--method", "GET", "--conns", 32, "--seconds", 3]
    ours = Ours()
    with ours.running():
        page = urllib.request.urlopen(f"http://127.0.0.1:{ours.port}/lists/bench").read().decode()
    run.measure({
        "page": lambda: ssebench(Ours(), *load, "--pub-path", "/lists/bench"),
        "page, nginx": lambda: ssebench(Nginx(page), *load, "--pub-path", "/page.html"),
    })
    yield "page GET: requests a second, of nginx's for the same bytes from a file", (
        run.median("page", "requests_per_s") / run.median("page, nginx", "requests_per_s")), "≥", 0.5
