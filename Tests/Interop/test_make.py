"""`make run` as a person uses it: in a terminal, until Ctrl-C."""

import os
import pty
import re
import select
import subprocess
import time

from bookend_lab import Client, until
from bookend_lab.server import ROOT, binary, environment

# It builds nothing new here, but asks the package manager and SwiftPM whether anything has changed.
START_SECONDS = 300


class Terminal:
    """A pseudo-terminal with a command in its foreground."""

    def __init__(self, *command, **variables):
        self.output = ""
        self.pid, self.screen = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            os.execvpe(command[0], command, environment(**variables))

    def read(self, seconds=0.02):
        if select.select([self.screen], [], [], seconds)[0]:
            try:
                self.output += os.read(self.screen, 65536).decode(errors="replace")
            except OSError:  # The other side is gone.
                pass
        return self.output

    def press(self, keys):
        os.write(self.screen, keys)

    def exit_code(self, seconds):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.read()
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
        raise AssertionError(f"still running after {seconds} s:\n{self.output[-2000:]}")


def test_run_until_control_c(tmp_path):
    assert binary().exists()
    seen = []
    for _ in range(2):
        terminal = Terminal(
            "make", "run", f"DATA={tmp_path}/data", BOOKEND_SERVER_PORT="0",
            BOOKEND_LOG_LEVEL="info")
        try:
            port = until(
                lambda: re.search(r" serving .*port=(\d+)", terminal.read()), START_SECONDS,
                "make run to serve")[1]
            assert Client(port).get("/healthz").status == 200
            until(lambda: "outbox" in terminal.read(), 10, "the addresses")
            seen.append(set(re.findall(r"/b/([\w-]+)", terminal.output)))
            assert len(seen[-1]) == 2, terminal.output
        finally:
            terminal.press(b"\x03")
        assert terminal.exit_code(30) == 0, terminal.output[-2000:]
    assert seen[0] == seen[1], "everything is still there"


def test_make_alone_lists_the_targets():
    listed = subprocess.run(
        ["make"], cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=30)
    assert listed.returncode == 0
    for target in ("run", "test", "format", "lint", "bench"):
        assert re.search(rf"^\s*make {target}\s+\w", listed.stdout, re.M)
