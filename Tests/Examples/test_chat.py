"""The chat: an injected broadcaster, people, lines that are never lost, and tests without a socket."""

import re

from conftest import EXAMPLES, swift
from streams import read_until


def test_its_own_tests_pass_without_a_socket():
    printed = swift("test", "--disable-xctest", package=EXAMPLES / "Chat")
    assert re.search(r"Test run with \d+ tests in 1 suite passed", printed), printed


def test_a_line_is_shown_to_the_room(start):
    chat = start("Chat")
    with chat.stream("/rooms/tea/updates?after=0") as ann, chat.stream("/rooms/tea/updates?after=0") as ben:
        read_until(ann, "2 here")
        assert chat.request("POST", "/rooms/tea", name="Ann", text="Hello <all>")[0] == 200
        for stream in [ann, ben]:
            read_until(stream, "<b>Ann</b> Hello &lt;all&gt;")
    assert "Hello &lt;all&gt;" in chat.request("GET", "/rooms/tea")[1]
    assert chat.request("POST", "/rooms/tea", name="Ann", text="") == (422, "a line has 1 to 500 characters\n")


def test_a_reader_who_falls_behind_is_sent_every_line_once(start):
    chat = start("Chat")
    with chat.stream("/rooms/tea/updates?after=0", receive_buffer=4096) as reader:
        for number in range(90):
            assert chat.request("POST", "/rooms/tea", name="Ann", text=f"{number} " + 490 * "x")[0] == 200
        lines = re.findall(r'<li id="line-(\d+)"', read_until(reader, 'id="line-90"'))
    assert [int(line) for line in lines][-90:] == list(range(1, 91)), lines
