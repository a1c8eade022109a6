"""The largest list can be exported and imported, in every form, and no import takes many times its size of memory."""

import json
import urllib.parse

import pytest
from proxies import NAME, Caddy, Nginx

TODOS = 5_000
BYTES = 1_048_576
FORM = "application/x-www-form-urlencoded"

FORMS = {
    "Markdown": (".md", "text/markdown", lambda text: text, 201),
    "JSON": (".json", "application/json", lambda text: text, 201),
    "Markdown as a signal": (".md", "application/json", lambda text: json.dumps({"text": text}), 201),
    "JSON as a signal": (".json", "application/json", lambda text: json.dumps({"text": text}), 201),
    "Markdown as a form": (".md", FORM, lambda text: urllib.parse.urlencode({"text": text}), 303),
    "JSON as a form": (".json", FORM, lambda text: urllib.parse.urlencode({"text": text}), 303),
}


def largest(sign):
    """As many titles as a list takes, of as many bytes together."""
    unit = len(sign.encode())
    sizes = [BYTES // TODOS + (number < BYTES % TODOS) for number in range(TODOS)]
    return [size // unit * sign + size % unit * "x" for size in sizes]


def send(server, path, body, type):
    return server.request("POST", path, body.encode(), {"Content-Type": type})


# Two bytes of JSON for one of a title, and the most escapes in one that is written in ASCII alone.
@pytest.mark.parametrize("sign", ['"', "ä"])
def test_the_largest_list_comes_back_in_every_form(server, sign):
    todos = [{"title": title, "completed": len(title) % 2 == 1} for title in largest(sign)]
    first = json.dumps({"title": "Large", "todos": todos})
    assert send(server, "/lists/from/import", first, "application/json") == (201, "")
    stored = [(todo["title"], todo["completed"]) for todo in server.exported("from")]
    assert stored == [(todo["title"], todo["completed"]) for todo in todos]
    for number, (ending, type, form, status) in enumerate(FORMS.values()):
        text = server.get(f"/lists/from{ending}")[1]
        assert send(server, f"/lists/{number}/import", form(text), type)[0] == status
        assert [(todo["title"], todo["completed"]) for todo in server.exported(number)] == stored


@pytest.mark.parametrize("proxy", [Caddy, Nginx])
def test_the_proxies_let_the_largest_list_through(start, tmp_path, proxy):
    server = start("--behind-proxy", "--allowed-host", NAME)
    body = urllib.parse.urlencode({"text": json.dumps({"todos": [{"title": title} for title in largest('"')]})})
    site = proxy(tmp_path, server.port).start()
    try:
        assert site.request("POST", "/lists/a/import", body, {"Content-Type": FORM})[0] == 303
        assert len(json.loads(site.request("GET", "/lists/a.json")[1])["todos"]) == TODOS
    finally:
        site.stop()


# What takes many times its size where it is read as it comes.
SWOLLEN = {
    "numbers": ("application/json", '{"todos":[%s0]}', "0,"),
    "objects": ("application/json", '{"todos":[%s0]}', '{"":0},'),
    "signals": ("application/json", '{%s"":0}', '"":0,'),
    "JSON in a field": (FORM, "text={%%22todos%%22:[%s0]}", "[[0]],"),
    "items": ("text/markdown", "%s", "- a\n"),
    "lines": ("text/markdown", "%s", "\n"),
    "fields": (FORM, "text=- a%s", "&a"),
}


@pytest.mark.parametrize(("type", "frame", "part"), SWOLLEN.values(), ids=SWOLLEN)
def test_the_largest_import_takes_a_few_times_its_size_of_memory_whatever_it_holds(server, type, frame, part):
    size = 6 * (BYTES + 2_000) + 256 * TODOS
    before = server.peak()
    status, text = send(server, "/lists/a/import", frame % (size // len(part) * part), type)
    assert status in (400, 422) and text.count("\n") == 1
    assert server.peak() - before < 10 * size / 1024
    assert send(server, "/lists/a/import", "- Milk", "text/markdown")[0] == 201
