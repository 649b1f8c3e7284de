"""The queue by itself: its writer, its lifecycles, its lanes, and a long history."""

import time

from bookend_lab.facade import create_key
from bookend_lab.server import Server
from programs import Databases, compile_c, run_c, run_ours
from tables import Table

CALLERS = (1, 16, 64, 256)
BATCHES = (1, 128)
# Jobs in a commit of the raw limit: about what a commit of ours holds under the same load.
RAW_BATCH = 64
WORKERS = 64


def writer(folder, options):
    table = Table(
        "writer", "units of one inserted row through the group-commit writer, by callers; beside it the same"
        " in C (group_commit.c), in turns. raw: plain transactions of so many rows",
        [("ours", "ours/s"), ("c", "C/s"), (None, "ours/C", ("ours", "c")), ("p50", "p50 µs"),
         ("p99", "p99 µs")],
        {"writer 16": "≥ 60 % of C", "writer 64": "≥ 60 % of C"})
    compile_c("group_commit", "-lsqlite3", "-lpthread")
    databases = Databases(folder)
    for _ in range(options.rounds):
        for mode, name, sizes in (("raw", "batch", BATCHES), ("writer", "callers", CALLERS)):
            for size in sizes:
                limit = run_c("group_commit", mode, size, options.seconds, databases.fresh())
                [ours] = run_ours(
                    mode, seconds=options.seconds, file=databases.fresh(), **{name: size})
                table.add(
                    f"{mode} {size}", ours=ours["unitsPerSecond"], c=limit["unitsPerSecond"],
                    p50=ours.get("p50Microseconds"), p99=ours.get("p99Microseconds"))
    return table


def availability(folder, options):
    table = Table(
        "availability", "the slot engine alone, in CPU time of its thread: slots are 62 days on a grid of 15"
        " minutes with 2 000 busy intervals and 500 claims; month is 50 links on one calendar",
        [("p50", "p50 µs"), ("p99", "p99 µs"), ("slots", "slots")],
        {"slots": "≤ 1 000 µs", "month": "≤ 20 000 µs"})
    for _ in range(options.rounds):
        for mode in ("slots", "month"):
            [line] = run_ours(mode, seconds=options.seconds)
            table.add(
                mode, p50=line["p50Microseconds"], p99=line["p99Microseconds"], slots=line["slots"])
    return table


def lifecycles(folder, options):
    table = Table(
        "lifecycles", f"enqueue → claim → run (nothing) → finish, {WORKERS} workers, every job enqueued in a"
        " unit of its own, 1 000 under way besides the backlog of ready jobs. lanes: three jobs of each"
        " booking in one sequence, in the lanes of 100 accounts (1 000/s each): with 8 places there is room,"
        " with 2, or with a backlog, each job waits for its place. raw: the same three statements on the"
        f" same table, one connection, {RAW_BATCH} jobs in a commit, nothing else",
        [("ours", "jobs/s"), (None, "of raw", ("ours", ("raw SQLite", "ours"))),
         ("cpu", "CPU µs"), (None, "of none", ("ours", "none")), ("p50", "p50 µs"), ("p99", "p99 µs")])
    databases = Databases(folder)
    backlogs = [0, options.backlog // 10, options.backlog]
    for _ in range(options.rounds):
        [line] = run_ours(
            "rawLifecycles", batch=RAW_BATCH, seconds=options.seconds, file=databases.fresh())
        table.add("raw SQLite", ours=line["unitsPerSecond"])
        for words, lanes, what, sizes in (
                ("plain", "no", "backlog", backlogs), ("lanes of 8", 8, "laned", backlogs),
                ("lanes of 2", 2, "laned", [0])):
            for backlog in sizes:
                file = databases.fresh(what if backlog else None, backlog, "lifecycles")
                [line] = run_ours(
                    "lifecycles", seconds=options.seconds, workers=WORKERS, lanes=lanes, file=file)
                row = f"{words}, backlog {backlog:,}"
                if not backlog:
                    none = line["unitsPerSecond"]
                table.add(
                    row, ours=line["unitsPerSecond"], cpu=line["processorMicroseconds"], none=none)
                table.goals[row] = "≥ 0.85 of none" if backlog else "≥ 25 000/s"
        [line] = run_ours("idle", seconds=options.seconds, file=databases.fresh())
        table.add("idle: enqueue → start", p50=line["p50Microseconds"], p99=line["p99Microseconds"])
        table.goals["idle: enqueue → start"] = "p50 ≤ 500 µs"
    return table


COMPARED = [
    ("emptyP50", "empty p50"), ("p50", "p50 µs"), (None, "ratio", ("p50", "emptyP50")),
    ("emptyP99", "empty p99"), ("p95", "p95 µs"), ("p99", "p99 µs"),
    (None, "ratio", ("p99", "emptyP99")), ("emptySteps", "empty steps"), ("steps", "steps"),
    (None, "ratio", ("steps", "emptySteps")),
]


def add_compared(table, line):
    table.add(
        line["measure"],
        **{name: line[key] for name, key in (
            ("emptyP50", "emptyP50Microseconds"), ("emptyP99", "emptyP99Microseconds"),
            ("p50", "p50Microseconds"), ("p95", "p95Microseconds"), ("p99", "p99Microseconds"),
            ("emptySteps", "emptySteps"), ("steps", "steps"))})


def lanes(folder, options):
    table = Table(
        "lanes", f"100 lanes, one blocked by an account that needs its owner, with {options.backlog:,} jobs waiting"
        " in it, against the same with none waiting; both asked in turns. A claim is from its submission to"
        " its answer, with the fsync. steps: of SQLite's virtual machine, which no load changes",
        COMPARED,
        {"claim of 16 from others' lanes": "p99 ≤ 2 × empty", "raw commit": "the fsync alone"})
    databases = Databases(folder)
    small, large = (
        databases.fresh("blocked", jobs, name)
        for jobs, name in ((100, "small"), (options.backlog, "large")))
    for _ in range(options.rounds):
        [raw] = run_ours("raw", batch=1, seconds=options.seconds / 2, file=databases.fresh())
        table.add("raw commit", p50=1e6 / raw["unitsPerSecond"])
        for line in run_ours("lanes", rounds=options.samples, small=small, large=large):
            add_compared(table, line)
    return table


def history(folder, options):
    """Three tables on one database of finished jobs."""
    size = options.history
    # About the jobs of the last hour: what a database has that was pruned to it. Both end at the same place of a
    # run of ids (1024, in copies of 100 jobs), since how full the newest run is decides what a lane's list costs.
    recent = size % 25_600 or 25_600
    databases = Databases(folder)
    files = [data_folder(folder, name) / "bookend.db" for name in ("recent", "years")]
    started = time.monotonic()
    for jobs, file in zip((recent, size), files):
        run_ours("make", what="history", jobs=jobs, file=file)
    made = time.monotonic() - started
    return [
        in_process(databases, files, options, made), over_http(files, options),
        forgetting(databases, files[1], options),
    ]


def data_folder(folder, name):
    data = folder / name
    data.mkdir()
    (data / "key").write_text(create_key(data))
    return data


def in_process(databases, files, options, made):
    table = Table(
        "history", f"{options.history:,} finished jobs of 25 days (made in bulk in {made:.0f} s, with attempts and"
        " effects) against the last hour of the same alone (\"empty\"), asked of the store in turns. Writes"
        " include the fsync",
        COMPARED, {name: "ratio ≤ 1.10" for name in ("enqueue", "claim", "finish")})
    for _ in range(options.rounds):
        [raw] = run_ours("raw", batch=1, seconds=options.seconds / 2, file=databases.fresh())
        table.add("raw commit", p50=1e6 / raw["unitsPerSecond"])
        for line in run_ours(
                "history", rounds=max(3, options.samples // 4), small=files[0], large=files[1]):
            add_compared(table, line)
            table.goals.setdefault(
                line["measure"],
                "p95 < 50 000" if line["measure"] in LOOKED_FOR else "ratio ≤ 1.10, p95 < 50 000")
    return table


# A lane of which there is nothing to list is looked for in each run of ids that is not noted yet.
LOOKED_FOR = ("list, lane nobody has used", "list, lane and a kind it never had")


# An hour has no page full of an account's jobs: ten are asked for.
READS = (
    ["/v1/jobs", "/v1/jobs?limit=200"]
    + [f"/v1/jobs?state={state}" for state in (
        "available", "scheduled", "executing", "completed", "cancelled", "discarded", "parked")]
    + ["/v1/jobs?kind=booking", "/v1/jobs?kind=cancel", "/v1/jobs?queue=mail", "/v1/jobs?lane=con_003&limit=10",
       "/v1/jobs?lane=con_003&state=discarded&limit=1", "/v1/jobs?error=permanent", "/v1/jobs?since={hour}",
       "/v1/jobs?until={hour}&state=completed", "{job}", "/v1/queues", "/v1/lanes", "/v1/actions",
       "/v1/findings", "/metrics", "/healthz"]
)
DRY_RUNS = (
    ("retry", {"state": ["discarded"], "since": "{hour}"}), ("cancel", {"kind": "booking"}),
    ("runNow", {"queue": "calendar"}), ("retry", {"kind": "cancel"}), ("discard", {"lane": "con_003"}),
)


def over_http(files, options):
    table = Table(
        "history over HTTP", "what operators read, as they get it: GET and dryRun of the release binary serving"
        " the same two databases side by side, one client, asked in turns; GET /healthz is the HTTP alone",
        [("emptyP50", "empty p50"), ("p50", "p50 µs"), (None, "ratio", ("p50", "emptyP50")),
         ("p95", "p95 µs"), (None, "of HTTP", ("p50", ("GET /healthz", "p50")))])
    servers = [
        Server(file.parent, "--workers", "1", key=(file.parent / "key").read_text())
        for file in files]
    with servers[0], servers[1]:
        clients = [server.client() for server in servers]
        calls = [("GET", path, None) for path in READS] + [
            ("POST", f"/v1/jobs/{verb}", fields | {"dryRun": True}) for verb, fields in DRY_RUNS]
        for method, path, body in calls:
            table_row(table, clients, method, path, body, max(5, options.samples // 8))
    return table


def table_row(table, clients, method, path, body, rounds):
    times = ([], [])
    for number in range(rounds + 1):
        for client, taken in list(zip(clients, times))[:: 1 if number % 2 else -1]:
            filled, sent = fill(client, path, body)
            start = time.perf_counter()
            answer = client.request(method, filled, sent, {"Authorization": f"Bearer {client.key}"})
            # The first opens the connection and the readers.
            if number:
                taken.append((time.perf_counter() - start) * 1e6)
            if answer.status == 404 and not path.startswith("{"):
                return
            assert answer.status == 200, f"{method} {filled}: {answer}"
    words = f"{method} {path}" + (f" {body}" if body else "")
    small, large = (sorted(taken) for taken in times)
    table.add(
        words.replace("'", ""), emptyP50=small[len(small) // 2], p50=large[len(large) // 2],
        p95=large[len(large) * 95 // 100])
    table.goals[words.replace("'", "")] = "ratio ≤ 1.10, p95 < 50 000"


def fill(client, path, body):
    hour = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 1800))
    if path == "{job}":
        if not hasattr(client, "job"):
            client.job = client.get("/v1/jobs?kind=booking&limit=1").json()["data"][0]["id"]
        return f"/v1/jobs/{client.job}", None
    filled = {
        name: value.format(hour=hour) if isinstance(value, str) else value
        for name, value in body.items()} if body else None
    return path.format(hour=hour), filled


def forgetting(databases, file, options):
    table = Table(
        "forgetting and the log", "on the same history: bites of pruning, of 100 jobs or two milliseconds each:"
        " how long one keeps the writer until its commit, and that commit beside those of one enqueued job in"
        " the same seconds; an enqueue meanwhile and alone; and the write-ahead log under writing without a"
        " pause, in MB",
        [("value", "value"), ("p50", "p50 µs"), ("p99", "p99 µs"), ("most", "most µs")],
        {"bite of pruning": "p99 ≤ 10 000"})
    for _ in range(options.rounds):
        [line] = run_ours("prune", seconds=options.seconds, file=file)
        for row, name in (
                ("bite of pruning", "inside"), ("its commit", "commit"),
                ("commit of one enqueue", "raw")):
            table.add(
                row, p50=line[f"{name}P50Microseconds"], p99=line[f"{name}P99Microseconds"],
                most=line[f"{name}MaximumMicroseconds"],
                value=line["bites"] if name == "inside" else None)
        table.add(
            "enqueue while pruning", p50=line["enqueueP50Microseconds"],
            p99=line["enqueueP99Microseconds"])
        table.add("enqueue alone", p50=line["aloneP50Microseconds"], p99=line["aloneP99Microseconds"])
        [line] = run_ours("log", seconds=options.seconds, file=file)
        for row, field in (
                ("log, nobody reads", "aloneMegabytes"),
                ("log, operators read at all times", "underReadersMegabytes"),
                (f"log, a reader stays for {options.seconds:g} s", "pinnedMegabytes"),
                ("MB a second while it stays", "pinnedMegabytesPerSecond"),
                ("ms until it is small again", "shrunkAfterMilliseconds"),
                ("jobs/s, nobody reads", "unitsPerSecond"),
                ("jobs/s, operators read", "underReadersPerSecond"),
                ("jobs/s, a reader stays", "pinnedPerSecond"),
                ("ms that our longest reader stays (the check)", "checkMilliseconds")):
            table.add(row, value=line[field])
    return table
