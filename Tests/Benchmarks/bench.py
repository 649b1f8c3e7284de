"""Runs every benchmark in one go and prints one table; `make bench` builds what it measures.

An absolute figure means little on a machine that others share, so what is compared is measured in
turns, in the same minutes: our writer beside the C program that does the same work, round after
round. The table shows medians.

    .build/python/bin/python Tests/Benchmarks/bench.py --only writer --rounds 5 --seconds 2
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from http_load import measure_http

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".build/bench"
C_PROGRAM = FOLDER / "group_commit"
HTTP_PROGRAM = FOLDER / "hello_http"
SWIFT_PROGRAM = ROOT / ".build/release/BookendBench"
CALLERS = (1, 16, 64, 256)
BATCHES = (1, 128)
CONNECTIONS = (1, 16, 64)

FIELDS = ("unitsPerSecond", "p50Microseconds", "p99Microseconds", "processorMicroseconds")

# What the project set out to reach, on two cores shared with the load generator.
GOALS = {
    "writer 16": "≥ 60 % of C", "writer 64": "≥ 60 % of C", "http 64": "≥ 15 000/s, p99 ≤ 15 ms",
    "lifecycles": "≥ 20 000/s", "idle": "p50 ≤ 0.5 ms",
}


def main():
    options = parse()
    FOLDER.mkdir(parents=True, exist_ok=True)
    results = Results()
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        if options.only in (None, "writer"):
            measure_writers(results, Path(folder), options)
        if options.only in (None, "lifecycles"):
            measure_lifecycles(results, Path(folder), options)
        if options.only in (None, "http"):
            compile_c(HTTP_PROGRAM, "-lmicrohttpd")
            for line in measure_http(
                    Path(folder), HTTP_PROGRAM, CONNECTIONS, options.rounds, options.seconds):
                results.add(**line)
    (FOLDER / "results.json").write_text(json.dumps(results.values, indent=2))
    print(results.table())
    if results.missing:
        print("\nnot measured: " + "; ".join(sorted(results.missing)))


def parse():
    parser = argparse.ArgumentParser(description="measure Bookend beside its limits")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement")
    parser.add_argument("--only", choices=["writer", "http", "lifecycles"])
    return parser.parse_args()


def compile_c(program, *libraries):
    compiler = shutil.which("clang") or shutil.which("cc")
    source = Path(__file__).with_name(f"{program.name}.c")
    subprocess.run([compiler, "-O2", "-o", program, source, *libraries], check=True)


def measure_writers(results, folder, options):
    compile_c(C_PROGRAM, "-lsqlite3", "-lpthread")
    for _ in range(options.rounds):
        for mode, sizes in (("raw", BATCHES), ("writer", CALLERS)):
            for size in sizes:
                for program in (C_PROGRAM, SWIFT_PROGRAM):
                    line = run(results, program, mode, size, options.seconds, folder / "bench.db")
                    if line:
                        side = "c" if program is C_PROGRAM else "ours"
                        results.add(f"{mode} {size}", line, side)


def measure_lifecycles(results, folder, options):
    for _ in range(options.rounds):
        for mode in ("lifecycles", "idle"):
            line = run(results, SWIFT_PROGRAM, mode, options.seconds, folder / f"{mode}.db")
            if line:
                results.add(mode, line)


def run(results, program, *arguments):
    """One line of JSON from one of the programs, or None when it is not there."""
    if not program.exists():
        results.missing.add(f"{program.name} is not built")
        return None
    ended = subprocess.run(
        [program, *map(str, arguments)], stdout=subprocess.PIPE, text=True, timeout=300)
    if ended.returncode != 0:
        results.missing.add(f"{program.name} {arguments[0]} ended with {ended.returncode}")
        return None
    print(ended.stdout.strip(), file=sys.stderr)
    return json.loads(ended.stdout.splitlines()[-1])


class Results:
    def __init__(self):
        self.values = {}
        self.missing = set()

    def add(self, name, line, side="ours"):
        for field in FIELDS:
            if line.get(field) is not None:
                row = self.values.setdefault(name, {}).setdefault(side, {})
                row.setdefault(field, []).append(line[field])
        if "note" in line:
            self.missing.add(line["note"])

    def table(self):
        rows = [("", "ours/s", "C/s", "ours/C", "p50 µs", "p99 µs", "CPU µs", "goal")]
        for name in self.values:
            ours, limit = self._median(name, "ours"), self._median(name, "c")
            ratio = f"{ours / limit:.0%}" if ours and limit else ""
            rows.append((
                name, count(ours), count(limit), ratio,
                count(self._median(name, "ours", "p50Microseconds")),
                count(self._median(name, "ours", "p99Microseconds")),
                count(self._median(name, "ours", "processorMicroseconds")), GOALS.get(name, "")))
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        lines = [
            "  ".join(
                cell.ljust(width) if column in (0, 7) else cell.rjust(width)
                for column, (cell, width) in enumerate(zip(row, widths))).rstrip()
            for row in rows
        ]
        return "\n".join([f"\n{machine()}", *lines])

    def _median(self, name, side, field="unitsPerSecond"):
        found = self.values[name].get(side, {}).get(field)
        return statistics.median(found) if found else None


def count(value):
    return "" if value is None else f"{value:,.0f}".replace(",", " ")


def machine():
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, {platform.release()}, load before the table {load:.1f}"


if __name__ == "__main__":
    main()
