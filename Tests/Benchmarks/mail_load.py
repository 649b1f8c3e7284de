"""Invitation jobs a second to a mail server on loopback, beside what the same server takes from one client
that does nothing else.

The jobs are collected while the server is away (the lane of the mail server is closed then, and they wait
without an attempt), so that the time in which they leave is that of sending alone.
"""

import json
import smtplib
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

INTEROP = Path(__file__).resolve().parents[1] / "Interop"
sys.path.insert(0, str(INTEROP))

from bookend_lab import Lab, until  # noqa: E402

CONNECTIONS = (1, 4)
# Each is told to the guest and to the host.
BOOKINGS = 200


def measure_mail(folder, rounds):
    """Rows for the table of bench.py."""
    for number in range(rounds):
        letter = None
        for connections in CONNECTIONS:
            rate, letter = ours(folder / f"mail-{number}-{connections}", connections)
            yield {"name": f"mail {connections}", "line": {"unitsPerSecond": rate}}
        yield {
            "name": "mail, smtplib 1", "line": {"unitsPerSecond": alone(letter, BOOKINGS * 2)}}


def ours(folder, connections):
    port = free_port()
    settings = {
        "mail.transport": "smtp", "mail.smtpHost": "127.0.0.1", "mail.smtpPort": port,
        "mail.smtpSecurity": "none", "lanes.mailConcurrency": connections,
        "lanes.mailPerSecond": 1000, "lanes.openSeconds": 1, "lanes.longestOpenSeconds": 1,
    }
    arguments = [word for pair in settings.items() for word in ("--set", "=".join(map(str, pair)))]
    with Lab(folder, *arguments) as lab:
        link = lab.create_link()
        for start in lab.slots(link, days=30)[:BOOKINGS]:
            assert lab.book(link, start).status == 202
        until(lambda: not lab.everything("/v1/jobs?kind=booking&state=available"), 60, "the bookings")
        with Sink(port) as sink:
            until(lambda: len(sink.times) >= BOOKINGS * 2, 120, "the messages")
            # Without the first and the last tenth: the lane opens with a single job, and some wait for
            # their next attempt.
            times = sink.times[len(sink.times) // 10: -len(sink.times) // 10]
    return (len(times) - 1) / (times[-1] - times[0]), sink.letter


def alone(letter, count):
    with Sink(free_port()) as sink:
        with smtplib.SMTP("127.0.0.1", sink.port) as client:
            for _ in range(count):
                client.sendmail("bookings@example.org", ["grace@example.com"], letter)
        until(lambda: len(sink.times) >= count, 60, "the messages")
    return (count - 1) / (sink.times[-1] - sink.times[0])


class Sink:
    """The mail server of the tests, which tells when a message came."""

    # About as long as an invitation is.
    letter = b"Subject: x\r\n\r\n" + (b"x" * 70 + b"\r\n") * 100

    def __init__(self, port):
        self.port = port
        self.times = []

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, INTEROP / "bookend_lab/smtp_server.py", "--port", str(self.port), "--brief"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.listens = False
        threading.Thread(target=self._read, daemon=True).start()
        until(lambda: self.listens, 20, "the mail server")
        return self

    def __exit__(self, *error):
        self.process.stdin.close()
        self.process.wait(10)

    def _read(self):
        for line in self.process.stdout:
            kind = json.loads(line)["event"]
            self.listens = self.listens or kind == "listening"
            if kind == "message":
                self.times.append(time.monotonic())


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
