"""The code in the libraries' documentation is code that is compiled."""

import re

import pytest
from todoserver import ROOT

ARTICLES = [*sorted(ROOT.glob("Sources/*/*.docc/*.md")), ROOT / "README.md"]
COMPILED = [path for folder in ["Sources", "Examples", "Tests"] for path in (ROOT / folder).rglob("*.swift")
            if ".build" not in path.parts and path.name != "Package.swift"]


def lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def blocks(article):
    for block in re.findall(r"```swift\n(.*?)```", article.read_text(), re.DOTALL):
        # What goes into a package's manifest is no program.
        if not block.startswith("dependencies: ["):
            yield lines(block)


@pytest.mark.parametrize("article", ARTICLES, ids=lambda path: path.name)
def test_code_of_an_article_is_compiled_somewhere(article):
    sources = ["\n".join(lines(path.read_text())) for path in COMPILED]
    for block in blocks(article):
        text = "\n".join(block)
        assert any(text in source for source in sources), f"no source has this code:\n{text}"
