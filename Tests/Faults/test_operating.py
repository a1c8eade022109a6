"""What an operator is told: at the start, by the log and by the figures."""

import re
import subprocess

from todoserver import PROGRAM


def test_the_version_is_said_wherever_one_looks_for_it(server):
    said = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True)
    assert (said.returncode, said.stderr) == (0, "")
    version = re.fullmatch(r"todo-server (\d+\.\d+\.\d+)\n", said.stdout)[1]
    shown = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True).stdout
    assert f"todo-server {version}" in shown and "--version" in shown
    assert server.log.read_text().splitlines()[0].endswith(f" version={version}")
    assert server.figure(f'todo_build_info{{version="{version}"}}') == 1
