"""Whatever is sent, the answer is no 5xx but 501 and 503, nothing crashes, and nothing is changed."""

import collections
import contextlib
import random
import re
import socket
import sqlite3

import pytest

HOST = "Host: localhost\r\n"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
SMUGGLED = f"POST /todos/groceries HTTP/1.1\r\n{HOST}{FORM}Content-Length: 15\r\n\r\nnewTodo=smuggle"


def post(fields, body="", path="/todos/groceries"):
    return f"POST {path} HTTP/1.1\r\n{HOST}{fields}\r\n{body}"


# What is malformed, and how it is answered. Behind many stands a whole request that must not be taken for one.
MALFORMED = {
    "two lengths": (post("Content-Length: 0\r\nContent-Length: 9\r\n", SMUGGLED), 400),
    "two equal lengths": (post("Content-Length: 0\r\nContent-Length: 0\r\n", SMUGGLED), 400),
    "a list of lengths": (post("Content-Length: 0, 0\r\n", SMUGGLED), 400),
    "a signed length": (post("Content-Length: +0\r\n", SMUGGLED), 400),
    "a length and chunks": (post("Content-Length: 9\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + SMUGGLED), 400),
    "two encodings": (post("Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n", "0\r\n\r\n" + SMUGGLED), 400),
    "an unknown encoding": (post("Transfer-Encoding: xchunked\r\n", SMUGGLED), 501),
    "a chunk size as in C": (post("Transfer-Encoding: chunked\r\n", "0x0\r\n\r\n" + SMUGGLED), 400),
    "a negative chunk": (post("Transfer-Encoding: chunked\r\n", "-1\r\n\r\n" + SMUGGLED), 400),
    "a chunk without its end": (post("Transfer-Encoding: chunked\r\n", "1\r\nabc\r\n0\r\n\r\n" + SMUGGLED), 400),
    "a space before the colon": (post("Content-Length : 0\r\n", SMUGGLED), 400),
    "a continued line": (post("X: a\r\n b\r\n", SMUGGLED), 400),
    "a NUL in a field": (post("X: a\0b\r\n", SMUGGLED), 400),
    "lines that end in LF": (post("").replace("\r\n", "\n") + SMUGGLED, 400),
    "a bare CR": (post("X: a\rb\r\n", SMUGGLED), 400),
    "no host": ("GET / HTTP/1.1\r\n\r\n" + SMUGGLED, 400),
    "two hosts": (f"GET / HTTP/1.1\r\n{HOST}{HOST}\r\n" + SMUGGLED, 400),
    "another version": (f"GET / HTTP/3.0\r\n{HOST}\r\n" + SMUGGLED, 400),
    "no version": ("GET /\r\n\r\n" + SMUGGLED, 400),
    "HTTP/2": ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "an unknown method": (f"BREW / HTTP/1.1\r\n{HOST}\r\n" + SMUGGLED, 501),
    "a target without a slash": (f"GET lists HTTP/1.1\r\n{HOST}\r\n" + SMUGGLED, 400),
    "a long line": ("GET /" + 9000 * "x", 414),
    "a large header": (f"GET / HTTP/1.1\r\n{HOST}X: " + 20000 * "x", 431),
    "many fields": (f"GET / HTTP/1.1\r\n{HOST}" + 200 * "X: y\r\n", 431),
    "a large body": (post("Content-Length: 70000\r\n", 70000 * "x"), 413),
    "large chunks": (post("Transfer-Encoding: chunked\r\n", "11170\r\n"), 413),
    "an unknown expectation": (post("Expect: tea\r\nContent-Length: 1\r\n"), 417),
    "TLS": ("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n", 400),
}

# Requests that are well formed, and refused for what they say.
REFUSED = {
    "not JSON": (post("Content-Type: application/json\r\nContent-Length: 1\r\n", "{"), 400),
    "deep JSON": (post("Content-Type: application/json\r\nContent-Length: 40000\r\n", 40000 * "["), 400),
    "UTF-8 cut short": (post(FORM + "Content-Length: 11\r\n", "newTodo=%C3"), 400),
    "overlong UTF-8": (post(FORM + "Content-Length: 14\r\n", "newTodo=%C0%AF"), 400),
    "a control character": (post(FORM + "Content-Length: 13\r\n", "newTodo=a%00b"), 422),
    "a long title": (post(FORM + "Content-Length: 509\r\n", "newTodo=" + 501 * "x"), 422),
    "a compressed body": (post("Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n", "{}"), 415),
    "another type": (post("Content-Type: text/xml\r\nContent-Length: 4\r\n", "<a/>"), 415),
    "a path upward": (f"GET /public/../todos.sqlite HTTP/1.1\r\n{HOST}\r\n", 404),
    "a hidden path upward": (f"GET /public/%2e%2e%2ftodos.sqlite HTTP/1.1\r\n{HOST}\r\n", 404),
    "a path to a device": (f"GET /public//dev/null HTTP/1.1\r\n{HOST}\r\n", 404),
    "a broken escape": (f"GET /lists/%zz HTTP/1.1\r\n{HOST}\r\n", 400),
    "a name that is none": (f"GET /lists/A%00 HTTP/1.1\r\n{HOST}\r\n", 404),
    "a number beyond all": (post("Content-Length: 0\r\n", path="/todos/groceries/99999999999999999999/toggle"), 404),
    "a method that does not fit": (f"DELETE /lists/groceries HTTP/1.1\r\n{HOST}\r\n", 405),
}


def answers(server, text):
    """Sends bytes, says that this was all, and answers what comes until the server hangs up; None if it is cut off."""
    with server.connect() as connection:
        received = b""
        try:
            connection.sendall(text if isinstance(text, bytes) else text.encode("latin-1"))
            connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(65536):
                received += part
        except OSError:
            return None
        return received


@pytest.mark.parametrize(("text", "status"), (MALFORMED | REFUSED).values(), ids=MALFORMED | REFUSED)
def test_a_malformed_request_is_refused_in_one_line(server, text, status):
    received = answers(server, text).decode()
    assert received.startswith(f"HTTP/1.1 {status} ")
    assert len(re.findall(r"HTTP/1\.1 \d", received)) == 1
    header, _, body = received.partition("\r\n\r\n")
    assert re.fullmatch(r"[^\n]+\n", body) and "text/plain" in header
    assert server.get("/lists/groceries.json") == (404, "there is no list groceries\n")


def mutated(chance, good):
    """A good request with a few of its bytes changed, repeated, dropped or put elsewhere."""
    text = bytearray(good)
    for _ in range(chance.randint(1, 8)):
        start = chance.randrange(len(text))
        end = min(len(text), start + chance.randint(1, 12))
        change = chance.randrange(4)
        if change == 0:
            text[start] = chance.randrange(256)
        elif change == 1:
            text[start:end] = b""
        elif change == 2:
            text[start:start] = text[start:end] * chance.randint(1, 30)
        else:
            text[start:end] = chance.choice([b"\r\n", b"\r\n\r\n", b"\0", b"%", b": ", b"\xff\xfe", b"99999999999", b"-1"])
        text = text or bytearray(b"x")
    return bytes(text)


def test_10_000_random_requests_do_no_harm(server):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    good = [text.encode("latin-1") for text, _ in (MALFORMED | REFUSED).values() if len(text) < 2000]
    statuses = collections.Counter()
    for number in range(10_000):
        received = answers(server, mutated(chance, chance.choice(good)) if number % 10 else chance.randbytes(200))
        statuses.update([0] if received is None else map(int, re.findall(rb"HTTP/1\.1 (\d{3}) ", received)))
    print(statuses)
    assert not [status for status in statuses if status >= 500 and status not in (501, 503)]
    assert len(statuses) > 5
    assert server.is_running()
    assert server.get("/healthz") == (200, "ok\n")
    # Some have become good commands; nothing is changed but by those that were told so.
    with contextlib.closing(sqlite3.connect(server.database)) as database:
        [(changes,)] = database.execute("SELECT revision FROM changes")
    assert changes <= sum(statuses[status] for status in (0, 201, 204, 303))
