"""The proxies of deploy/, started by its own files in front of built servers."""

import http.client
import os
import pathlib
import re
import shutil
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
        """Whether a request comes through, or to a login, with the certificate that this proxy is to show."""
        try:
            return self.request("GET", "/healthz")[0] in (200, 401)
        except (OSError, http.client.HTTPException):
            return False

    def trust(self):
        """What a client needs to trust it, and nobody else."""
        return ssl.create_default_context(cafile=self.authority())

    def request(self, method, path, body=None, headers=None, source="127.0.0.1"):
        """One request by HTTP/1.1 from an address of this machine; answers the status and the text."""
        return self.ask(method, path, body, headers, source)[:2]

    def ask(self, method, path, body=None, headers=None, source="127.0.0.1"):
        """The same; answers the status, the text and the header."""
        connection = http.client.HTTPSConnection(NAME, self.port, timeout=20, context=self.trust())
        # No resolver knows the name; and the connection is to have both addresses as they are given.
        connection._create_connection = lambda *_: socket.create_connection(
            ("127.0.0.1", self.port), timeout=20, source_address=(source, 0))
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.headers
        finally:
            connection.close()


class Caddy(Proxy):
    """Caddy by deploy/Caddyfile, with certificates of an authority of its own."""

    def __init__(self, folder, *ports):
        super().__init__(folder)
        self.ports = ports
        self.http_port = free_port()
        shutil.copy(ROOT / "deploy/Caddyfile", folder)

    def command(self):
        return ["caddy", "run", "--adapter", "caddyfile", "--config", self.folder / "Caddyfile"]

    def reload(self):
        """Has it read its files anew, as Debian's unit does."""
        address = self.environment()["TODO_ADMIN"]
        subprocess.run(
            ["caddy", "reload", "--adapter", "caddyfile", "--config", self.folder / "Caddyfile", "--address", address,
             "--force"], env={**os.environ, **self.environment()}, check=True, capture_output=True)

    def environment(self):
        return {
            "TODO_SITE": NAME, "TODO_SERVERS": " ".join(f"127.0.0.1:{port}" for port in self.ports),
            "TODO_BIND": "127.0.0.1", "TODO_HTTPS_PORT": str(self.port), "TODO_HTTP_PORT": str(self.http_port),
            "TODO_ADMIN": f"unix/{self.folder}/admin.sock",
            "XDG_DATA_HOME": str(self.folder / "data"), "XDG_CONFIG_HOME": str(self.folder / "config")}

    def authority(self):
        return self.folder / "data/caddy/pki/authorities/local/root.crt"


class Nginx(Proxy):
    """Debian's nginx with deploy/nginx.site as its only site, with ports and a certificate of this machine."""

    def __init__(self, folder, *ports):
        super().__init__(folder)
        self.http_port = free_port()
        site = (ROOT / "deploy/nginx.site").read_text()
        # One server stands in both places.
        addresses = zip(("443", "80", "8081", "8082"), (self.port, self.http_port, *ports, *ports))
        for old, new in addresses:
            site = re.sub(rf"(listen |127\.0\.0\.1:){old}\b", rf"\g<1>{new}", site)
            # Not every machine has IPv6.
            site = site.replace(f"\tlisten [::]:{old}", "\t# ")
        certificate = "/etc/letsencrypt/live/todos.example.org/"
        for old, new in {
            certificate + "fullchain.pem": f"{folder}/site.crt", certificate + "privkey.pem": f"{folder}/site.key",
            "todos.example.org": NAME, "/var/log/nginx": str(folder), "/etc/nginx/todo-server.d": str(folder / "todo-server.d"),
        }.items():
            assert old in site
            site = site.replace(old, new)
        (folder / "todo-server").write_text(site)
        (folder / "nginx.conf").write_text(self.main())
        # Where a machine has modules of its own, they are looked for from here.
        (folder / "modules").symlink_to("/usr/lib/nginx/modules")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "site.key", "-out", "site.crt",
             "-days", "2", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"],
            cwd=folder, check=True, stderr=subprocess.DEVNULL)

    def main(self):
        """Debian's own main file, but for where it writes, and as many connections as docs/operating.md has."""
        text = pathlib.Path("/etc/nginx/nginx.conf").read_text()
        folders = "".join(
            f"{kind}_temp_path {self.folder}/{kind};" for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
        for old, new in {
            # The tests' folders are theirs alone.
            "user www-data;": "user root;" if os.getuid() == 0 else "", "/run/nginx.pid": f"{self.folder}/nginx.pid", "/var/log/nginx": str(self.folder),
            "/etc/nginx/sites-enabled/*": f"{self.folder}/todo-server", "worker_connections 768": "worker_connections 8192",
            "http {": "http {" + folders,
        }.items():
            assert old in text
            text = text.replace(old, new)
        return text

    def command(self):
        return ["nginx", "-p", f"{self.folder}/", "-c", "nginx.conf", "-g", "daemon off; worker_rlimit_nofile 16384;"]

    def reload(self):
        """Has it read its files anew, as Debian's unit does."""
        subprocess.run([*self.command(), "-s", "reload"], cwd=self.folder, check=True, capture_output=True)

    def environment(self):
        return {}

    def authority(self):
        return self.folder / "site.crt"
