"""Measures this server beside the peers that are installed, in one run: see scripts/bench --help."""

import argparse
import datetime
import itertools
import json
import os
import platform
import subprocess

import figures
import hosts
import lengths
from servers import BUILT, HERE, Hummingbird, HummingbirdExample, Nchan, Node, ROOT, Starlette, ssebench


def build():
    BUILT.mkdir(parents=True, exist_ok=True)
    sources = [("ssebench.c", ["-lz", "-lm"]), ("peers/limit.c", [])]
    if hosts.WITH_BROKERS.exists():
        sources.append(("peers/nats_messages.c", ["-lnats"]))
    for source, flags in sources:
        program = BUILT / source.split("/")[-1].removesuffix(".c")
        subprocess.run(["cc", "-O2", "-o", program, HERE / source, *flags], check=True)


def rendering():
    """Renders lists of 100 and of 1,000 todos, and answers the microseconds of each."""
    output = subprocess.run([ROOT / ".build/release/rendering-benchmark", ROOT], check=True, stdout=subprocess.PIPE)
    times = json.loads(output.stdout)
    yield "rendering 100 rows, µs", times["100"], "≤", 50
    yield "rendering 1,000 rows, µs", times["1000"], "≤", 500


def peers(run, streams):
    """The other peers at the same load, for comparison; no figure depends on them."""
    installed = [peer for peer in [Node, Hummingbird, HummingbirdExample, Starlette] if peer.is_installed()]
    run.measure({
        peer.__name__: lambda peer=peer: ssebench(peer(), "--conns", streams, "--rounds", 60) for peer in installed})
    return []


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if "model name" in line), "")
    return f"{platform.system()} {platform.release()}, {model}, {len(os.sched_getaffinity(0))} cores"


def show(run, rows):
    print(f"\n\n{datetime.date.today()}, {machine()}, medians of {run.times}\n")
    print("| figure | measured | wanted | |\n|---|---|---|---|")
    for name, value, relation, wanted in rows:
        verdict = "" if wanted is None else "yes" if (value <= wanted if relation == "≤" else value >= wanted) else "no"
        print(f"| {name} | {value:,.3g} | {relation} {'' if wanted is None else wanted} | {verdict} |")
    print("\n| server | deliveries/s | server CPU a delivery, µs | last tab after, ms (p50) | KiB a stream |")
    print("|---|---|---|---|---|")
    for name, results in run.results.items():
        if "deliveries_per_s" in results[0]:
            keys = ["deliveries_per_s", "server_cpu_us_per_delivery", "last_ms.p50", "rss_kib_per_conn"]
            print(f"| {name} |", " | ".join(f"{run.median(name, key):,.4g}" for key in keys), "|")


def main():
    options = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    options.add_argument("--runs", type=int, default=3, help="how often each thing is measured (default: %(default)s)")
    options.add_argument("--streams", type=int, default=1000, help="how many streams (default: %(default)s)")
    options.add_argument("--json", metavar="FILE", help="also writes all figures and results to FILE")
    options.add_argument("--only", metavar="PART", help="measures one part: "
                         "fan_out, lengths, index, many, burst, stalled, one_tab, pages, hosts, rendering, peers")
    arguments = options.parse_args()
    if arguments.runs < 1 or arguments.streams < 10:
        options.error("--runs has to be at least 1, and --streams at least 10")
    build()
    run, streams = figures.Run(arguments.runs), arguments.streams
    parts = {
        "fan_out": lambda: figures.fan_out(run, streams), "lengths": lambda: lengths.lengths(run),
        "index": lambda: lengths.index(run), "many": lambda: figures.many(run, streams),
        "burst": lambda: figures.burst(run, streams), "stalled": lambda: figures.stalled(run, streams),
        "one_tab": lambda: figures.one_tab(run), "pages": lambda: figures.pages(run),
        "hosts": lambda: hosts.hosts(run), "rendering": rendering, "peers": lambda: peers(run, streams)}
    if arguments.only and arguments.only not in parts:
        options.error(f"there is no part {arguments.only}: choose one of {', '.join(parts)}")
    chosen = [parts[arguments.only]] if arguments.only else parts.values()
    rows = list(itertools.chain.from_iterable(part() for part in chosen))
    show(run, rows)
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump({"date": str(datetime.date.today()), "machine": machine(), "figures": rows, "results": run.results},
                      file, indent=1)


if __name__ == "__main__":
    main()
