"""The command line: exit codes that mean something, help on each command, all problems at once."""

import hashlib
import json
import shutil
import sqlite3
import stat

import pytest
from bookend_lab import Lab, Server, bookend, run_bookend, until
from bookend_lab.server import ROOT

USAGE, CONFIGURATION = 64, 78
COMMANDS = [
    ["serve"], ["check"], ["migrate"], ["demo"], ["sandbox"], ["links", "create"], ["links", "list"],
    ["links", "show"], ["links", "update"], ["links", "pause"], ["links", "resume"],
    ["links", "explain"], ["links", "delete"], ["links", "spends"], ["links", "reopen"], ["connections", "add"], ["connections", "list"],
    ["connections", "test"], ["connections", "authorize"], ["connections", "remove"],
    ["secrets", "rotate"], ["secrets", "reseal"],
    ["keys", "create"], ["jobs", "list"], ["jobs", "show"], ["jobs", "retry"],
]


@pytest.mark.parametrize("command", [[]] + COMMANDS, ids=" ".join)
def test_help_on_each(command):
    ended = run_bookend(*command, "--help")
    assert ended.returncode == 0 and ended.stderr == ""
    assert "bookend" in ended.stdout and len(ended.stdout.splitlines()) > 3
    assert max(map(len, ended.stdout.splitlines())) <= 100


@pytest.mark.parametrize("arguments", [
    ["frobnicate"], ["serve", "--prot", "1"], ["serve", "--port"], ["links"], ["links", "make"],
    ["jobs", "show"], ["jobs", "show", "a", "b"],
], ids=" ".join)
def test_a_usage_error(arguments):
    ended = run_bookend(*arguments)
    assert ended.returncode == USAGE and ended.stdout == "", ended
    assert ended.stderr.strip(), "a usage error says what was wrong"


def test_a_misspelled_option_is_guessed():
    assert "--port" in run_bookend("serve", "--prot", "1").stderr


def test_a_usage_error_says_who_complains_and_where_to_read_on():
    assert run_bookend("links", "show").stderr == (
        'bookend: ID is required\nTry "bookend links show --help".\n')


def test_check_finds_every_problem(tmp_path):
    (tmp_path / "bad.json5").write_text(
        "{ server: { prot: 80, port: 'eighty', port: 81 }, workers: { count: -1 },\n"
        "  availability: { busyCache: 60 } }")
    ended = run_bookend("check", "--data", tmp_path / "data", "--config", tmp_path / "bad.json5")
    assert ended.returncode == CONFIGURATION, ended
    told = ended.stdout + ended.stderr
    assert "bad.json5" in told
    # The duplicate is an error of the text itself, so the rest is only told once it is gone.
    assert "port" in told
    (tmp_path / "bad.json5").write_text(
        "{ server: { prot: 80, port: 'eighty' }, workers: { count: -1 },\n"
        "  availability: { busyCache: 60 } }")
    ended = run_bookend("check", "--data", tmp_path / "data", "--config", tmp_path / "bad.json5")
    told = ended.stdout + ended.stderr
    assert ended.returncode == CONFIGURATION
    for key in ("prot", "port", "count", "busyCache"):
        assert key in told, told


@pytest.mark.parametrize("change", [
    ("attempts", "attemps"), ("timeoutSeconds", "timeout"), ("leaseSeconds", "leaseMinutes"),
])
def test_check_reads_the_job_definitions(tmp_path, change):
    jobs = tmp_path / "jobs"
    shutil.copytree(ROOT / "jobs", jobs)
    definition = jobs / "booking.json5"
    definition.write_text(definition.read_text().replace(*change))
    ended = run_bookend("check", "--data", tmp_path / "data", "--set", f"jobs.directory={jobs}")
    told = ended.stdout + ended.stderr
    assert ended.returncode == CONFIGURATION and "booking.json5" in told and change[1] in told


def test_check_is_content_with_the_defaults(tmp_path):
    assert run_bookend("check", "--data", tmp_path / "data").returncode == 0


def test_an_unknown_variable_is_a_problem(tmp_path):
    import os
    import subprocess

    from bookend_lab.server import binary, environment

    ended = subprocess.run(
        [binary(), "check", "--data", tmp_path], env=environment(BOOKEND_SERVER_PROT="1"),
        capture_output=True, text=True, timeout=30, cwd=os.fspath(ROOT))
    assert ended.returncode == CONFIGURATION
    assert "BOOKEND_SERVER_PROT" in ended.stdout + ended.stderr


def test_a_whole_day_by_command(lab):
    data = lab.data
    link = lab.create_link()
    lab.confirmed(link, lab.slots(link)[0])
    until(
      lambda: all(job["state"] == "completed" for job in lab.everything("/v1/jobs")), 10, "an end")
    by_http = lab.client().get(f"/v1/jobs/{lab.everything('/v1/jobs')[0]['id']}").json()
    lab.server.stop()
    listed = bookend("links", "list", "--data", data)
    assert link["id"] in json.dumps(listed)
    jobs = bookend("jobs", "list", "--data", data)
    rows = jobs["data"] if isinstance(jobs, dict) else jobs
    shown = bookend("jobs", "show", rows[0]["id"], "--data", data)
    assert shown == by_http and shown["state"] == "completed" and shown["attempts"]
    assert run_bookend("jobs", "show", "job_none", "--data", data).returncode not in (0, USAGE)
    assert run_bookend("links", "delete", link["id"], "--data", data).returncode == 0
    assert link["id"] not in json.dumps(bookend("links", "list", "--data", data))
    assert bookend("connections", "list", "--data", data)


def test_the_demo_is_made_once(tmp_path):
    """`bookend demo` serves; what it made is there after it ended, and is not made again."""
    data = tmp_path / "data"
    for _ in range(2):
        with Demo(data) as demo:
            assert demo.stop() == 0, demo.log()
        made = bookend("links", "list", "--data", data)
        rows = made["data"] if isinstance(made, dict) else made
        assert sorted(row["kind"] for row in rows) == ["recurring", "singleUse"]
    secrets = [
        path for path in data.rglob("*key*") if path.is_file() and path.stat().st_size < 1000]
    assert secrets, "a file with the key"
    for path in secrets:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


class Demo(Server):
    command = "demo"


def test_a_second_server_on_the_same_data(lab):
    """Two processes share the file: both serve, and what one accepts the other shows."""
    with Server(lab.data, key=lab.key) as second:
        link = lab.create_link(second.client())
        path = lab.confirmed(link, lab.slots(link)[0])
        assert second.client().get(path).json()["state"] == "confirmed"
        assert second.stop() == 0
    lab.confirmed(link, lab.slots(link)[0])


@pytest.mark.parametrize("damage", ["newer", "garbage", "foreign", "truncated"])
def test_a_database_that_is_not_ours_is_refused_untouched(tmp_path, damage):
    data = tmp_path / "data"
    with Lab(data) as running:
        running.create_link()
        assert running.server.stop() == 0
    file = next(
        path for path in data.iterdir()
        if path.is_file() and path.read_bytes()[:15] == b"SQLite format 3")
    if damage == "newer":
        with sqlite3.connect(file) as database:
            version = database.execute("PRAGMA user_version").fetchone()[0]
            database.execute(f"PRAGMA user_version = {version + 1000}")
        database.close()
    elif damage == "foreign":
        file.unlink()
        with sqlite3.connect(file) as database:
            database.execute("CREATE TABLE songs(title TEXT)")
        database.close()
    elif damage == "garbage":
        file.write_bytes(b"not a database at all " * 1000)
    else:
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    for command in (["serve", "--port", "0"], ["check"], ["migrate"]):
        ended = run_bookend(*command, "--data", data)
        assert ended.returncode not in (0, USAGE), (command, ended)
        assert file.name in ended.stdout + ended.stderr, ended
        assert "Fatal error" not in ended.stderr and ended.returncode > 0, ended
    assert hashlib.sha256(file.read_bytes()).hexdigest() == before
