"""Runs the benchmarks and prints a table for each section; `make bench` builds what they measure.

An absolute figure means little on a machine that others share, so what is compared is measured in turns, in
the same minutes: ours beside the limit or the peer that does the same work, round after round. Tables show
medians.

    make bench                            all of it, some twenty minutes
    make bench SECTIONS=lanes,history     some of it
    make bench QUICK=yes                  everything once and small: whether it runs, not how fast
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Interop"))

import http_load  # noqa: E402
import mail_load  # noqa: E402
import provider_load  # noqa: E402
import queue_load  # noqa: E402
import slots_load  # noqa: E402
from programs import FOLDER  # noqa: E402

SECTIONS = {
    "writer": queue_load.writer, "lifecycles": queue_load.lifecycles, "lanes": queue_load.lanes,
    "history": queue_load.history, "availability": queue_load.availability,
    "slots": slots_load.slots, "http": http_load.bookings, "settings": http_load.settings,
    "providers": provider_load.providers, "mail": mail_load.mail,
}


def main():
    options = parse()
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept, failed = {}, []
    for name in options.sections:
        began, load = time.monotonic(), os.getloadavg()[0]
        try:
            # A section's files may be some gigabytes: they go with it.
            with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
                tables = SECTIONS[name](Path(folder), options)
        except Exception:
            traceback.print_exc()
            failed.append(name)
            continue
        tables = tables if isinstance(tables, list) else [tables]
        kept[name] = [table.values() for table in tables]
        for table in tables:
            print(f"\n{table.text()}")
        print(
            f"({os.cpu_count()} cores, {platform.release()}; load {load:.1f} before,"
            f" {os.getloadavg()[0]:.1f} after; {time.monotonic() - began:.0f} s)", flush=True)
    (FOLDER / "results.json").write_text(json.dumps(kept, indent=2))
    if failed:
        sys.exit(f"\nnot measured: {', '.join(failed)}")


def parse():
    parser = argparse.ArgumentParser(description="measure Bookend beside its limits")
    parser.add_argument(
        "--sections", type=sections, default=list(SECTIONS), help=f"of {','.join(SECTIONS)}")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--samples", type=int, default=400, help="of each compared operation")
    parser.add_argument("--backlog", type=int, default=1_000_000)
    parser.add_argument("--history", type=int, default=5_000_000)
    parser.add_argument("--quick", action="store_true", help="a smoke run: everything once, and small")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds, options.samples = 1, 0.2, 8
        options.backlog, options.history = 2_000, 10_000
    return options


def sections(words):
    names = [word for word in words.split(",") if word]
    for name in names:
        if name not in SECTIONS:
            raise argparse.ArgumentTypeError(f"there is no {name}")
    return names or list(SECTIONS)


if __name__ == "__main__":
    main()
