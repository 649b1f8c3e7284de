"""No space left: a 503 that says so, nothing half-written, and work goes on when space returns."""

import os
import resource
import shutil
import subprocess
from pathlib import Path

import pytest
from bookend_lab import Lab
from bookend_lab.facade import ENDINGS, path_of

MEGABYTE = 1 << 20
# Room for the database of a start, and little more.
DISK_MEGABYTES = 12


@pytest.fixture
def small_disk(tmp_path):
    """A file system of its own when we may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0 or not shutil.which("mount"):
        yield None
        return
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "bookend-lab", folder])
    if mounted.returncode != 0:
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder):
    ballast = folder / "ballast"
    with open(ballast, "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 65536)
        except OSError:
            pass
        try:
            while True:
                file.write(b"\0" * 512)
        except OSError:
            pass
    return ballast


def test_a_full_disk(small_disk, tmp_path):
    data = (small_disk or tmp_path) / "data"
    with Lab(data) as lab:
        link = lab.create_link()
        slots = lab.slots(link, days=30)
        before = path_of(lab.book(link, slots[0], wait=30))
        release = fill_disk(lab, small_disk)

        refused = book_until_refused(lab, link, slots[1:])
        assert refused.status == 503 and refused.problem == "storage-unavailable", refused
        assert int(refused.headers["Retry-After"]) > 0
        assert lab.client().get(before).json()["state"] == "confirmed", "reading goes on"
        assert lab.client().get("/healthz").status == 200

        release()
        again = lab.book(link, slots[-1], wait=30)
        assert again.status in (200, 201), again
        for booking in lab.everything("/v1/bookings"):
            assert booking["state"] in ENDINGS | {"pending"}
        assert lab.server.stop() == 0


def book_until_refused(lab, link, slots):
    accepted = []
    for start in slots:
        answer = lab.book(link, start)
        if answer.status != 202:
            return answer
        accepted.append(path_of(answer))
    raise AssertionError("the disk was never full")


def fill_disk(lab, small_disk):
    """Makes every further write fail, and returns what makes them succeed again."""
    if small_disk:
        ballast = fill(small_disk)
        return ballast.unlink
    # Without a file system of our own, the process's limit on the size of a file stands in for it.
    largest = max(path.stat().st_size for path in Path(lab.data).rglob("*") if path.is_file())
    process = lab.server.process.pid
    unlimited = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (largest, unlimited[1]))
    return lambda: resource.prlimit(process, resource.RLIMIT_FSIZE, unlimited)
