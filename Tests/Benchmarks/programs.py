"""The compiled parts: our BookendBench, and the C programs that are its limits."""

import json
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".build/bench"
OURS = ROOT / ".build/release/BookendBench"
# The longest of them makes a database of five million jobs.
LONGEST_SECONDS = 900


def run_ours(mode, **options):
    """Every line of JSON that it prints."""
    words = [f"{name}={value}" for name, value in options.items()]
    return run([OURS, mode, *words])


def run_c(name, *arguments):
    return run([FOLDER / name, *arguments])[-1]


def run(command):
    ended = subprocess.run(
        list(map(str, command)), stdout=subprocess.PIPE, text=True, timeout=LONGEST_SECONDS, cwd=ROOT)
    assert ended.returncode == 0, f"{command[0]} {command[1]} ended with {ended.returncode}"
    return [json.loads(line) for line in ended.stdout.splitlines()]


def compile_c(name, *libraries):
    compiler = shutil.which("clang") or shutil.which("cc")
    source = Path(__file__).with_name(f"{name}.c")
    FOLDER.mkdir(parents=True, exist_ok=True)
    subprocess.run([compiler, "-O2", "-o", FOLDER / name, source, *libraries], check=True)
    return FOLDER / name


class Databases:
    """Files of many jobs, each made once in a run and copied for whoever changes it."""

    def __init__(self, folder):
        self.folder = folder

    def fresh(self, what=None, jobs=0, name="fresh"):
        """A file of one's own; without `what`, one that is not there yet."""
        path = self.folder / f"{name}.db"
        remove(path)
        if what:
            for suffix in ("", "-wal"):
                made = Path(f"{self._made(what, jobs)}{suffix}")
                if made.exists():
                    subprocess.run(
                        ["cp", "--reflink=auto", made, f"{path}{suffix}"], check=True)
            # What the copy has left to be written must not be in the way of what is measured.
            os.sync()
        return path

    def _made(self, what, jobs):
        path = self.folder / f"{what}-{jobs}.db"
        if not path.exists():
            run_ours("make", what=what, jobs=jobs, file=path)
        return path


def remove(path):
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
