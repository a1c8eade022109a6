"""A network between a browser and a server, on which answers are lost."""

import select
import socket
import threading


class Cutter:
    """Forwards the connections to a port, and cuts one where a POST is answered, for as long as it `is_cutting`.

    The server has carried the command out by then, and the browser has not read a byte of the answer.
    """

    def __init__(self, port):
        self.server = ("127.0.0.1", port)
        self.is_cutting = True
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self):
        try:
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self.forward, args=[client], daemon=True).start()
        except OSError:
            pass  # the listener was closed

    def forward(self, client):
        posts = False
        with client, socket.create_connection(self.server) as server:
            while True:
                for source in select.select([client, server], [], [])[0]:
                    data = source.recv(65536)
                    if not data:
                        return
                    if source is client:
                        posts = posts or data.startswith(b"POST ")
                        server.sendall(data)
                    elif posts and self.is_cutting:
                        return
                    else:
                        posts = False
                        client.sendall(data)
