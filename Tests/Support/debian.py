"""A Debian 12 of its own, without Swift and with its own systemd and network, that a test installs things in."""

import pathlib
import subprocess
import time

# The ends of the line between it and this machine.
HERE, THERE = "10.213.7.1", "10.213.7.2"
LINE = "todo-test"
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive"}

BOOT = """
set -e
mount --make-rprivate /
mount --bind "$1" "$1"
mount -t proc proc "$1/proc"
mount -t sysfs sysfs "$1/sys"
mount -t cgroup2 cgroup2 "$1/sys/fs/cgroup"
mount -t tmpfs tmpfs "$1/run"
mount -t tmpfs tmpfs "$1/tmp"
mount --rbind /dev "$1/dev"
cd "$1"
# Not chroot: what runs in it may make namespaces of its own.
pivot_root . mnt
umount -l /mnt
exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd
"""


def bare(folder):
    """Makes a Debian 12 in a folder, with systemd and little else; needs root."""
    subprocess.run(
        ["debootstrap", "--variant=minbase", "--include=systemd,systemd-sysv,dbus,iproute2", "bookworm", folder],
        check=True, stdout=subprocess.DEVNULL)
    # An installer would have written it.
    (folder / "etc/hosts").write_text("127.0.0.1 localhost\n")
    return folder


class Debian:
    """A copy of a bare one that can be booted."""

    def __init__(self, bare, root):
        self.root = root
        self.process = None
        subprocess.run(["cp", "-a", bare, root], check=True)

    def install(self, *packages):
        """Installs packages as an administrator does, before it has been booted; a path is one of the machine outside."""
        names = []
        for package in packages:
            if isinstance(package, pathlib.Path):
                self.put(package.read_bytes(), f"root/{package.name}")
                package = f"/root/{package.name}"
            names.append(package)
        subprocess.run(
            ["chroot", self.root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *names],
            check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)

    def disable(self, *units):
        """Keeps units from being started with it."""
        subprocess.run(["chroot", self.root, "systemctl", "disable", *units], check=True, stderr=subprocess.DEVNULL)

    def put(self, content, path):
        """Writes a file in it."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def boot(self):
        self.process = subprocess.Popen(
            ["unshare", "--pid", "--fork", "--kill-child", "--mount", "--uts", "--ipc", "--cgroup", "--net",
             "bash", "-c", BOOT, "boot", self.root], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while self.run("systemctl", "is-system-running", check=False).stdout.strip() not in ("running", "degraded"):
            assert self.process.poll() is None, "systemd has ended"
            time.sleep(0.1)
        subprocess.run(
            ["ip", "link", "add", LINE, "type", "veth", "peer", "name", "eth0", "netns", str(self.first())], check=True)
        subprocess.run(["ip", "addr", "add", f"{HERE}/24", "dev", LINE], check=True)
        subprocess.run(["ip", "link", "set", LINE, "up"], check=True)
        self.run("ip", "addr", "add", f"{THERE}/24", "dev", "eth0")
        self.run("ip", "link", "set", "eth0", "up")
        self.run("ip", "link", "set", "lo", "up")

    def first(self):
        """Its first process, as this machine numbers it."""
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        while not (pids := children.read_text().split()):
            time.sleep(0.01)
        return int(pids[0])

    def run(self, *command, check=True, **options):
        """Runs a command in it as root; answers what subprocess.run does."""
        within = ["nsenter", "-t", str(self.first()), "-m", "-p", "-u", "-i", "-n", "-C"]
        return subprocess.run(
            [*within, *command], check=check, capture_output=True, text=True, env=ENVIRONMENT, **options)

    def near(self, *command):
        """Runs a command of this machine in its network, and answers what it prints."""
        within = ["nsenter", "-t", str(self.first()), "-n"]
        return subprocess.run([*within, *command], check=True, capture_output=True, text=True).stdout

    def end(self):
        if self.process:
            self.process.kill()
            self.process.wait()
