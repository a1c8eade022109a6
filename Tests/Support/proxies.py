"""The proxies of deploy/, started by its own files in front of built servers."""

import http.client
import os
import socket
import ssl
import subprocess

from service import Service
from todoserver import ROOT, free_port

NAME = "todos.example"


class Proxy(Service):
    """A proxy on a free port of this machine, with TLS, for a site that goes by `NAME`."""

    patience = 0.02

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.url = f"https://{NAME}:{self.port}"
        self.log = folder / "proxy.log"

    def run(self):
        with self.log.open("a") as log:
            return subprocess.Popen(
                self.command(), cwd=self.folder, env={**os.environ, **self.environment()}, stdout=log, stderr=log)

    def answers(self):
        """Whether a request comes through with the certificate that this proxy is to show."""
        try:
            return self.request("GET", "/healthz")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def request(self, method, path, body=None, headers=None, source="127.0.0.1"):
        """One request by HTTP/1.1 from an address of this machine; answers the status and the text."""
        connection = http.client.HTTPSConnection(
            NAME, self.port, timeout=20, context=ssl.create_default_context(cafile=self.authority()))
        # No resolver knows the name; and the connection is to have both addresses as they are given.
        connection._create_connection = lambda *_: socket.create_connection(
            ("127.0.0.1", self.port), timeout=20, source_address=(source, 0))
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


class Caddy(Proxy):
    """Caddy by deploy/Caddyfile, with certificates of an authority of its own."""

    def __init__(self, folder, *ports):
        super().__init__(folder)
        self.ports = ports
        self.http_port = free_port()

    def command(self):
        return ["caddy", "run", "--adapter", "caddyfile", "--config", ROOT / "deploy/Caddyfile"]

    def environment(self):
        return {
            "TODO_SITE": NAME, "TODO_SERVERS": " ".join(f"127.0.0.1:{port}" for port in self.ports),
            "TODO_BIND": "127.0.0.1", "TODO_HTTPS_PORT": str(self.port), "TODO_HTTP_PORT": str(self.http_port),
            "XDG_DATA_HOME": str(self.folder / "data"), "XDG_CONFIG_HOME": str(self.folder / "config")}

    def authority(self):
        return self.folder / "data/caddy/pki/authorities/local/root.crt"


class Nginx(Proxy):
    """nginx by deploy/nginx.conf, with other ports and a certificate made here."""

    def __init__(self, folder, *ports):
        super().__init__(folder)
        text = (ROOT / "deploy/nginx.conf").read_text()
        # One server stands in both places.
        for old, new in zip(("8443", "8081", "8082"), (self.port, *ports, *ports)):
            assert text.count(f":{old} ") == 1
            text = text.replace(f":{old} ", f":{new} ")
        (folder / "nginx.conf").write_text(text)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "site.key", "-out", "site.crt",
             "-days", "2", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"],
            cwd=folder, check=True, stderr=subprocess.DEVNULL)

    def command(self):
        return ["nginx", "-p", f"{self.folder}/", "-c", "nginx.conf", "-g", "daemon off;"]

    def environment(self):
        return {}

    def authority(self):
        return self.folder / "site.crt"
