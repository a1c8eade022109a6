"""Streams as a browser reads them: chunks, gzip and server-sent events, taken apart as they come."""

import asyncio
import html
import re
import socket
import zlib


def read_until(stream, text):
    """Reads from a stream until a text has come; returns all that has been read."""
    read, wanted, seen = bytearray(), text.encode(), 0
    while read.find(wanted, max(0, seen - len(wanted))) < 0:
        seen = len(read)
        piece = stream.recv(65536)
        assert piece, f"the stream was closed without {text!r}: {read[-500:]}"
        read += piece
    return read.decode()


class Decoder:
    """Takes apart what the server sends on a stream.

    `rows` are the list's, each as its HTML by its id; `revision` is what they show, `viewers` how many are said to be
    here.
    """

    ROW = re.compile(r'<li id="todo-(\d+)"( class="completed")?>.*?<label[^>]*>(.*?)</label>.*?</li>')

    def __init__(self):
        self.status = None
        self.inflater = None
        self.rows = {}
        self.revision = self.viewers = None
        self.frames = 0
        self.went_back = False
        self.may_repeat = False  # one frame, after having come back
        self.is_complete = False  # the last chunk has come
        self.received = bytearray()
        self.needed = 0  # bytes until there is a whole chunk
        self.text = b""

    def feed(self, data):
        self.received += data
        if self.status is None:
            self.read_header()
        while self.status == 200 and not self.is_complete and len(self.received) >= self.needed:
            end = self.received.find(b"\r\n")
            if end < 0:
                return
            length = int(self.received[:end], 16)
            self.needed = end + length + 4
            if len(self.received) >= self.needed:
                body = bytes(self.received[end + 2:self.needed])
                assert body.endswith(b"\r\n")
                del self.received[:self.needed]
                self.needed = 0
                self.is_complete = length == 0
                self.read_body(body[:-2])

    def read_header(self):
        header, separator, rest = self.received.partition(b"\r\n\r\n")
        if separator:
            lines = header.decode().lower().splitlines()
            self.status = int(lines[0].split()[1])
            if "content-encoding: gzip" in lines:
                self.inflater = zlib.decompressobj(wbits=31)
            self.received = rest

    def read_body(self, data):
        *events, self.text = (self.text + (self.inflater.decompress(data) if self.inflater else data)).split(b"\n\n")
        for event in events:
            if re.search(rb'#todo-| id="(todo-\d|moves"|revision"|todo-list")', event):
                self.patch(event.decode())
            elif viewers := re.search(rb' id="presence">(\d+) ', event):
                self.viewers = int(viewers[1])

    def patch(self, event):
        new = {int(row[1]): row[0] for row in self.ROW.finditer(event)}
        selector = re.search(r"^data: selector (.*)$", event, re.MULTILINE)
        if "data: mode remove" in event:
            for gone in re.findall(r"#todo-(\d+)", selector[1]):
                self.rows.pop(int(gone), None)
        elif selector:
            assert not new.keys() & self.rows.keys(), "a row would be there twice"
            rows = list(self.rows.items())
            before = selector[1].removeprefix("#todo-")
            place = list(self.rows).index(int(before)) + 1 if "data: mode after" in event else 0
            self.rows = dict(rows[:place] + list(new.items()) + rows[place:])
        elif ' id="todo-list"' in event:
            self.rows = new
        else:
            assert new.keys() <= self.rows.keys(), "a row is patched that is not there"
            self.rows |= new
        if moves := re.search(r' id="moves" value="([0-9 ]+)"', event):
            self.move([int(id) for id in moves[1].split()])
        if number := re.search(r"^id: (\d+)$", event, re.MULTILINE):
            self.advance(int(number[1]))

    def move(self, ids):
        """Moves rows as the page's script does: each to behind the one that is named after it."""
        for id, after in zip(ids[::2], ids[1::2]):
            moved = self.rows.pop(id)
            place = list(self.rows).index(after) + 1 if after else 0
            rows = list(self.rows.items())
            self.rows = dict(rows[:place] + [(id, moved)] + rows[place:])

    def advance(self, revision):
        if self.revision is not None:
            self.went_back |= revision < self.revision or (revision == self.revision and not self.may_repeat)
        self.may_repeat = False
        self.revision = revision
        self.frames += 1

    @property
    def is_whole(self):
        """Whether the server has ended the body in order: with the last chunk, and the right checksum if compressed."""
        return self.is_complete and (self.inflater is None or self.inflater.eof)

    def todos(self):
        """The list as it is shown: `(id, title, completed)` of each todo."""
        rows = self.ROW.findall("".join(self.rows.values()))
        return [(int(id), html.unescape(title), bool(completed)) for id, completed, title in rows]

    def titles(self):
        return [title for _, title, _ in self.todos()]


def request(path, is_compressed=False, last_event_id=None, host="localhost", headers={}):
    """What a browser sends to open a stream."""
    fields = "Accept-Encoding: gzip\r\n" if is_compressed else ""
    fields += f"Last-Event-ID: {last_event_id}\r\n" if last_event_id is not None else ""
    fields += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n".encode()


def stored(server, name):
    """A list as the server exports it, in the form of `Decoder.todos`."""
    return [(todo["id"], todo["title"], todo["completed"]) for todo in server.exported(name)]


class Follower:
    """One stream that is read when the test looks at it."""

    def __init__(self, server, name, **options):
        self.decoder = Decoder()
        self.connection = server.connect()
        self.connection.sendall(request(f"/subscribe/{name}", **options))

    def shows(self, titles):
        """Reads until the stream shows these titles; answers whether it came to that."""
        while self.decoder.titles() != titles:
            data = self.connection.recv(65536)
            if not data:
                return False
            self.decoder.feed(data)
        return True

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.connection.close()


class Stream(asyncio.Protocol):
    """One of thousands of streams, in asyncio."""

    def __init__(self, path, is_compressed=False, last_event_id=None):
        self.path = path
        self.is_compressed = is_compressed
        self.last_event_id = last_event_id
        self.decoder = Decoder()
        self.transport = None
        self.closed = asyncio.Event()
        self.error = None

    @classmethod
    async def open(cls, server, path="/subscribe/a", receive_buffer=None, **options):
        """Opens a stream, with a small receive buffer for a client that is slow."""
        connection = socket.socket()
        connection.setblocking(False)
        if receive_buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(connection, (server.address, server.port))
        return (await loop.create_connection(lambda: cls(path, **options), sock=connection))[1]

    def connection_made(self, transport):
        self.transport = transport
        transport.write(request(self.path, self.is_compressed, self.last_event_id))

    def data_received(self, data):
        self.decoder.feed(data)

    def connection_lost(self, error):
        self.error = error
        self.closed.set()

    def abort(self):
        self.transport.abort()


async def until(condition, seconds, what="this"):
    """Waits until a condition holds; fails where it does not in time."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, f"{what} has not come about within {seconds} s"
        await asyncio.sleep(0.02)
