"""The script that takes the README's screenshots works, and the README shows what it takes."""

import re

from todoserver import ROOT
from screenshots import take


def test_the_readme_shows_what_the_script_takes(browser, server, tmp_path):
    take(browser, server, tmp_path / "docs")
    taken = {path.name for path in (tmp_path / "docs").iterdir()}
    assert taken == set(re.findall(r"docs/([\w-]+\.png)", (ROOT / "README.md").read_text()))
