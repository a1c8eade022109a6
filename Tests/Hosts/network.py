"""Hosts with addresses of their own, as network namespaces around a switch, and lines that can be cut."""

import contextlib
import ctypes
import os
import signal
import subprocess

NET = 0x40000000  # CLONE_NEWNET
FOLDER = "/run/netns"


def ip(*words):
    return subprocess.run(["ip", *words], check=True, capture_output=True, text=True).stdout


def reason_against():
    """Why there can be no hosts here; none where there can."""
    if os.geteuid() != 0:
        return "only root makes network namespaces"
    try:
        with Network() as network:
            network.host("probe")
    except (OSError, subprocess.CalledProcessError) as error:
        return f"no network namespaces here: {getattr(error, 'stderr', None) or error}"
    return None


def enter(namespace):
    """Moves the calling thread, and those that it starts from now on, into a namespace that is open as a file."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace.fileno(), NET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


class Host:
    """A host on the switch."""

    def __init__(self, network, name, number):
        self.network = network
        self.name = name
        self.namespace = f"{network.prefix}-{name}"
        self.address = f"10.213.0.{number}"
        # What a command begins with that is to run there.
        self.within = ["ip", "netns", "exec", self.namespace]
        ip("netns", "add", self.namespace)

    def connect(self):
        switch = self.network.namespace
        ip("-n", switch, "link", "add", self.name, "type", "veth", "peer", "name", "eth0", "netns", self.namespace)
        ip("-n", switch, "link", "set", self.name, "master", "switch", "up")
        ip("-n", self.namespace, "addr", "add", f"{self.address}/24", "dev", "eth0")
        for device in ["lo", "eth0"]:
            ip("-n", self.namespace, "link", "set", device, "up")

    def cut(self):
        """Cuts its line: nobody is told, whatever is sent on it is lost."""
        ip("-n", self.network.namespace, "link", "set", self.name, "down")

    def mend(self):
        ip("-n", self.network.namespace, "link", "set", self.name, "up")

    def pids(self):
        return [int(pid) for pid in ip("netns", "pids", self.namespace).split()]

    def kill(self):
        """Ends all that runs on it at once, as the loss of the host would: nothing of it sees another part's end."""
        number = signal.SIGSTOP
        while pids := self.pids():
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            number = signal.SIGKILL

    def remove(self):
        self.kill()
        ip("netns", "del", self.namespace)


class Network:
    """A switch with hosts, in a `with`, within which the test itself is on the switch, at `address`."""

    address = "10.213.0.1"

    def __init__(self):
        self.prefix = f"todo-{os.getpid()}"
        self.namespace = f"{self.prefix}-switch"
        self.hosts = []

    def __enter__(self):
        self.outside = open("/proc/thread-self/ns/net")
        ip("netns", "add", self.namespace)
        try:
            ip("-n", self.namespace, "link", "add", "switch", "type", "bridge")
            ip("-n", self.namespace, "addr", "add", f"{self.address}/24", "dev", "switch")
            ip("-n", self.namespace, "link", "set", "switch", "up")
            with open(f"{FOLDER}/{self.namespace}") as namespace:
                enter(namespace)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error):
        enter(self.outside)
        self.outside.close()
        for host in self.hosts:
            host.remove()
        ip("netns", "del", self.namespace)

    def host(self, name):
        """Adds a host, with a name of at most 15 letters."""
        host = Host(self, name, len(self.hosts) + 11)
        self.hosts.append(host)
        host.connect()
        return host
