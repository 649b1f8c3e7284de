"""The release binary: its commands, and the server as a process that can be killed."""

import json
import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

from .client import Client
from .waiting import until

ROOT = Path(__file__).resolve().parents[3]
SERVING = re.compile(r" info serving .*\bport=(\d+)")
# Far more than the two seconds that a recovery may take: a busy machine is no failure of this kind.
START_SECONDS = 30


def binary():
    path = Path(os.environ.get("BOOKEND_BINARY", ROOT / ".build/release/bookend"))
    assert path.exists(), f"{path} is missing: swift build -c release --product bookend"
    return path


def environment(**more):
    """Ours without `BOOKEND_…`, which the server would check, and without an outer make's."""
    kept = {
        name: value for name, value in os.environ.items()
        if not name.startswith(("BOOKEND_", "MAKE", "MFLAGS"))
    }
    # Every peer of the tests is on this machine.
    kept["BOOKEND_PROVIDERS_CALDAV_ALLOW_PRIVATE_ADDRESSES"] = "true"
    return kept | more


def run_bookend(*arguments, seconds=60, **options):
    """Runs a command to its end and returns it, whatever its exit code."""
    return subprocess.run(
        [binary(), *map(str, arguments)], env=environment(), cwd=ROOT, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=seconds, **options)


def bookend(*arguments):
    """Runs a command that has to succeed and returns what it printed as JSON."""
    ended = run_bookend(*arguments, "--json")
    assert ended.returncode == 0, f"bookend {arguments}: {ended.returncode}\n{ended.stderr}"
    return json.loads(ended.stdout)


class Server:
    """`bookend serve` on a data folder, on a port of the system's choice."""

    command = "serve"

    def __init__(self, data, *arguments, key=None, preexec=None):
        self.data = Path(data)
        self.arguments = arguments
        self.key = key
        self.preexec = preexec
        self.port = None
        self.process = None
        self.started_at = None
        self.lines = []

    def start(self):
        """Starts it and returns when it serves."""
        self.launch()
        until(self._serving, START_SECONDS, "the server to serve")
        return self

    def launch(self):
        self.port = None
        self.started_at = time.time()
        self.process = subprocess.Popen(
            [binary(), self.command, "--data", self.data, "--port", "0", *self.arguments],
            env=environment(), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, errors="replace", preexec_fn=self.preexec)
        threading.Thread(target=self._read, args=[self.process], daemon=True).start()

    def kill(self):
        """Without a word of warning."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)
        self.port = None

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def stop(self, seconds=30):
        """Drains it and returns its exit code."""
        if self.process.poll() is None:
            self.terminate()
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"did not end within {seconds} s of SIGTERM\n{self.log()}")

    def client(self, key=None, **options):
        return Client(self.port, key=key or self.key, **options)

    def memory(self):
        """Resident bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024

    def log(self, lines=40):
        return "\n".join(self.lines[-lines:])

    def _serving(self):
        assert self.process.poll() is None, f"ended with {self.process.returncode}\n{self.log()}"
        return self.port

    def _read(self, process):
        for line in process.stderr:
            self.lines.append(line.rstrip("\n"))
            serving = SERVING.search(line)
            if serving and process is self.process:
                self.port = int(serving[1])

    def __enter__(self):
        return self.start()

    def __exit__(self, *error):
        if self.process and self.process.poll() is None:
            self.kill()
