"""The script that takes pictures works, and the README shows what it takes."""

import re

import pytest
from todoserver import ROOT

from screenshots import look, readme


@pytest.fixture
def people(engine, open_window):
    """The engine, whose windows are closed after the test."""
    return engine


def test_the_pages_are_taken(people, server, tmp_path):
    look(people, server, tmp_path)
    assert len(list(tmp_path.glob("*.png"))) == 30


def test_the_readme_shows_what_the_script_takes(people, server, tmp_path):
    if people.name != "chromium":
        people.cannot("the README's pictures are Chromium's")
    readme(people, server, tmp_path / "docs")
    taken = {path.name for path in (tmp_path / "docs").iterdir()}
    assert taken == set(re.findall(r"docs/([\w-]+\.png)", (ROOT / "README.md").read_text()))
