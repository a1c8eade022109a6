"""A connection that a relay forwards, request by request."""

import socket
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Request:
    """A request that a browser has sent."""

    head: bytes
    body: bytes
    method: str = ""
    path: str = ""
    headers: dict = field(default_factory=dict)

    def __post_init__(self):
        first, *lines = self.head.decode("latin-1").strip().split("\r\n")
        self.method, self.path, _ = first.split(" ")
        self.headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}

    @property
    def is_post(self):
        return self.method == "POST"


class Connection:
    """One connection of a browser, and the one to the server that it has got."""

    def __init__(self, relay, client):
        self.relay = relay
        self.server = socket.create_connection(relay.server)
        self.client = client
        self.request = None
        self.is_dead = False
        self.end = None  # how many bytes come of a larger part of an answer, which is the last

    def run(self):
        threading.Thread(target=self.until_closed, args=[self.forward_answers], daemon=True).start()
        self.until_closed(self.forward_requests)

    def until_closed(self, forward):
        try:
            forward()
        except OSError:
            pass  # closed from one of the ends, or from here
        self.close()

    def close(self):
        for end in [self.client, self.server]:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # closed already
            end.close()

    def forward_requests(self):
        with self.client.makefile("rb") as reader:
            while request := read_request(reader):
                self.request = request
                self.relay.requests.append(request)
                time.sleep(self.relay.latency + self.relay.lag(request.path))
                if request.is_post and not self.lets_pass_post():
                    return
                path = self.relay.rewrite(request.path)
                self.server.sendall(request.head.replace(request.path.encode(), path.encode(), 1) + request.body)

    def lets_pass_post(self):
        """Waits as long as a POST is to be on the way; false where it is answered in the server's place."""
        time.sleep(next(self.relay.delays, 0))
        self.relay.posts_may_go.wait()
        if self.relay.failure:
            answer = f"HTTP/1.1 {self.relay.failure} Failed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            self.client.sendall(answer.encode())
        return not self.relay.failure

    def forward_answers(self):
        while data := self.server.recv(65536):
            time.sleep(self.relay.latency)
            if self.request and self.request.is_post:
                self.relay.answers_may_go.wait()
                if self.relay.loses_answers:
                    return
            if self.end and len(data) > self.end:
                self.client.sendall(data[:self.end])
                return
            if not self.is_dead:
                self.client.sendall(data)


def read_request(reader):
    """The next request on a connection; nothing at its end."""
    lines = []
    while (line := reader.readline()) not in [b"", b"\r\n"]:
        lines.append(line)
    if not lines:
        return None
    request = Request(b"".join(lines) + b"\r\n", b"")
    request.body = reader.read(int(request.headers.get("content-length", 0)))
    return request
