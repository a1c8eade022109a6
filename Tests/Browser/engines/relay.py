"""A network between a browser and a server, on which requests come late, answers are lost and lines go dead."""

import socket
import threading

from engines.relayed import Connection


class Relay:
    """Forwards the connections to a port on this machine; what goes wrong on the way is switched on and off.

    Everything holds for all engines alike, as none of them knows of it.
    """

    def __init__(self, port):
        self.server = ("127.0.0.1", port)
        self.requests = []
        self.connections = []
        self.latency = 0  # seconds that each request and each answer takes longer
        self.lag = lambda path: 0  # seconds that a request for a path takes longer
        self.delays = iter([])  # seconds that the next POSTs take longer, one each
        self.loses_answers = False  # a POST reaches the server, and its connection is cut where it is answered
        self.failure = None  # the status that every POST is answered with, none of which reaches the server
        self.rewrite = lambda path: path  # what is asked for in place of a path
        self.posts_may_go = threading.Event()
        self.posts_may_go.set()
        self.answers_may_go = threading.Event()
        self.answers_may_go.set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        self.listen()
        return self

    def __exit__(self, *_):
        self.posts_may_go.set()
        self.answers_may_go.set()
        self.refuse()

    # MARK: What goes wrong

    def hold_posts(self):
        """Keeps POSTs on the way, until they are let go."""
        self.posts_may_go.clear()

    def let_posts_go(self):
        self.posts_may_go.set()

    def hold_answers(self):
        """Keeps the answers to POSTs on the way, which the server has carried out, until they are let go."""
        self.answers_may_go.clear()

    def let_answers_go(self):
        self.answers_may_go.set()

    def delay_posts(self, *seconds):
        """Makes the next POSTs come later, each by as much as that: an uneven line on which one overtakes another."""
        self.delays = iter(seconds)

    def keep_away(self, path):
        """Cuts the connections to paths of this beginning and leads new ones nowhere, until `let_through`."""
        self.rewrite = lambda asked: "/nowhere" if asked.startswith(path) else asked
        self.cut(path)

    def let_through(self):
        self.rewrite = lambda asked: asked

    def cut(self, path=""):
        """Cuts the connections on which a path of this beginning was asked for last; new ones are as good as ever."""
        for connection in self.connections_to(path):
            connection.close()

    def cut_within(self, path, size):
        """Cuts such connections in the middle of the next answer that comes as more bytes than that."""
        for connection in self.connections_to(path):
            connection.end = size

    def go_dead(self, path=""):
        """Swallows from now on what the server sends on such connections, which stay open."""
        for connection in self.connections_to(path):
            connection.is_dead = True

    def refuse(self):
        """Cuts all connections and lets nobody in, until `accept`."""
        if self.listener:
            # A thread waits at it: only so does it hear of it.
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            self.listener = None
        self.cut()

    def accept(self):
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.listen()

    def posts(self):
        """The commands that have been sent; what only tells others of an edit is none."""
        return [request for request in self.requests if request.is_post and not request.path.startswith("/subscribe/")]

    def asked(self, path):
        """How often a path of this beginning was asked for."""
        return sum(request.path.startswith(path) for request in self.requests)

    # MARK: Connections

    def connections_to(self, path):
        return [connection for connection in list(self.connections)
                if not path or (connection.request and connection.request.path.startswith(path))]

    def listen(self):
        threading.Thread(target=self.take_connections, args=[self.listener], daemon=True).start()

    def take_connections(self, listener):
        try:
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self.take, args=[client], daemon=True).start()
        except OSError:
            pass  # the listener was closed

    def take(self, client):
        try:
            connection = Connection(self, client)
        except OSError:
            client.close()  # no server there
            return
        self.connections.append(connection)
        connection.run()
        self.connections.remove(connection)
