"""What Prometheus reads is well-formed; the alerts and the dashboard ask for figures that are there, and fire."""

import contextlib
import json
import re
import shutil
import sqlite3
import subprocess

import pytest
from todoserver import PROGRAM_WITH_REDIS, ROOT

ALERTS = ROOT / "deploy/alerts.yml"
DASHBOARD = ROOT / "deploy/dashboard.json"


@pytest.fixture(autouse=True)
def promtool():
    if not shutil.which("promtool"):
        pytest.skip("promtool is not here: it is in Debian's package prometheus")


def check(*arguments, **options):
    done = subprocess.run(["promtool", *arguments], capture_output=True, text=True, **options)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    return done.stdout


def test_the_figures_are_as_prometheus_wants_them_from_the_start_and_in_use(server):
    assert check("check", "metrics", input=server.get("/metrics")[1]) == ""
    server.post("/todos/a", newTodo="Milk")
    server.post("/todos/a", newTodo="")
    assert check("check", "metrics", input=server.get("/metrics")[1]) == ""


def test_the_alerts_and_the_dashboard_ask_for_figures_that_are_there(start):
    server = start("--pubsub", "redis://127.0.0.1:1/0", program=PROGRAM_WITH_REDIS)
    check("check", "rules", ALERTS)
    expressions = re.findall(r"expr: (.*)", ALERTS.read_text())
    panels = json.loads(DASHBOARD.read_text())["panels"]
    expressions += [target["expr"] for panel in panels for target in panel["targets"]]
    figures = server.get("/metrics")[1]
    there = set(re.findall(r"^(\w+)[ {]", figures, re.MULTILINE)) | {"up"}
    # What Prometheus adds to each.
    labels = set(re.findall(r"[{,](\w+)=", figures)) | {"instance", "job"}
    for expression in expressions:
        asked = set(re.findall(r"\b(?:todo|process)_\w+", re.sub(r'"[^"]*"', "", expression)))
        assert asked and asked <= there or expression.startswith("up"), expression
        grouped = re.findall(r"by \(([^)]*)\)", expression)
        assert {label.strip() for group in grouped for label in group.split(",")} <= labels, expression


def fires(alert, series, values, folder):
    """Whether an alert fires where a figure has had these values, 15 s apart."""
    test = folder / "alerts.test.yml"
    test.write_text(f"""
rule_files: [{ALERTS}]
evaluation_interval: 15s
tests:
  - interval: 15s
    input_series: [{{series: '{series}', values: '{values}'}}]
    promql_expr_test:
      - expr: count(ALERTS{{alertname="{alert}", alertstate="firing"}})
        eval_time: 5m
        exp_samples: [{{labels: '{{}}', value: 1}}]
""")
    return subprocess.run(["promtool", "test", "rules", test], capture_output=True).returncode == 0


def test_an_alert_fires_for_a_database_that_cannot_be_written_and_none_for_one_that_can(server, tmp_path):
    server.post("/todos/a", newTodo="Milk")
    well = int(server.figure("todo_store_up"))
    with contextlib.closing(sqlite3.connect(server.database)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert server.post("/todos/a", newTodo="Tea")[0] == 503
        down = int(server.figure("todo_store_up"))
    series = 'todo_store_up{job="todo-server", instance="a"}'
    assert fires("TodoDatabaseDown", series, f"{well}x4 {down}x30", tmp_path)
    assert not fires("TodoDatabaseDown", series, f"{well}x40", tmp_path)
