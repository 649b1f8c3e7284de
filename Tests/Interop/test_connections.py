"""Connecting calendar accounts: in the browser, by key, by password; losing them, and getting them back."""

import json
import sqlite3
import subprocess

import pytest
from bookend_lab import Lab, bookend, run_bookend, until
from bookend_lab.accounts import account, accounts, authorize, connect, link_on
from bookend_lab.signin import Visitor, provider_settings, query_of, retry_of

PROVIDERS = ["google", "outlook"]
ALEX = "alex@example.com"


@pytest.fixture
def connected_lab(tmp_path, sandbox):
    """A server that goes to the sandbox, with an account at either provider to connect."""
    for provider in PROVIDERS:
        sandbox.account(provider, ALEX)
    # One job of an account at a time, so that what comes first is seen at the provider.
    one_at_a_time = [
        word for provider in ("google", "outlook")
        for word in ("--set", f"lanes.{provider}Concurrency=1")]
    settings = provider_settings(sandbox, tmp_path / "settings")
    with Lab(tmp_path / "data", *settings, *one_at_a_time) as lab:
        yield lab


@pytest.mark.parametrize("provider", PROVIDERS)
def test_in_the_browser(connected_lab, sandbox, provider):
    lab = connected_lab
    connection = connect(lab, provider)
    assert connection["username"] == ALEX and connection["state"] == "connected"
    assert connection["calendars"]
    [exchange] = [call for call in sandbox.calls if call["path"].endswith("/token")]
    assert exchange["status"] == 200

    # The calendar that it brought takes bookings.
    link = link_on(lab, connection)
    lab.confirmed(link, lab.slots(link)[0])
    assert len(sandbox.events(provider)) == 1

    # The same account again is the same connection, with the same calendars.
    again = connect(lab, provider)
    assert again["id"] == connection["id"]
    assert again["calendars"] == connection["calendars"]


def test_no_scope_more_than_needed(connected_lab):
    address = Visitor().set_out(authorize(connected_lab, "google"))
    query = query_of(address)
    assert query["scope"].split() == [
        f"https://www.googleapis.com/auth/calendar.{name}"
        for name in ("freebusy", "calendarlist.readonly", "events.owned")]
    assert query["code_challenge_method"] == "S256" and len(query["code_challenge"]) == 43
    assert query["access_type"] == "offline" and query["prompt"] == "consent"
    address = Visitor().set_out(authorize(connected_lab, "outlook"))
    assert query_of(address)["scope"].split() == [
        "Calendars.ReadWrite", "User.Read", "offline_access"]


def test_only_the_browser_that_set_out_ends_it_and_once(connected_lab, sandbox):
    lab = connected_lab
    victim, attacker = Visitor(), Visitor()
    back = victim.consent(victim.set_out(authorize(lab, "google")))
    for stranger in (attacker, Visitor()):
        status, _, page = stranger.request("GET", back)
        assert status == 400 and "This sign-in is over" in page
    attacker.set_out(authorize(lab, "google"))
    assert attacker.request("GET", back)[0] == 400
    assert not any(call["path"] == "/token" for call in sandbox.calls)
    assert victim.request("GET", back)[0] == 200
    # Loading the last page again shows the same and asks nobody.
    count = len(sandbox.calls)
    status, _, page = victim.request("GET", back)
    assert status == 200 and "is connected" in page
    assert len(sandbox.calls) == count
    # Another code under the used state is not looked at.
    assert victim.request("GET", back.replace("code=", "code=x"))[0] == 200
    assert len(sandbox.calls) == count


def test_who_says_no(connected_lab, sandbox):
    lab = connected_lab
    sandbox.control("POST", "consent", {"provider": "google", "denied": True})
    visitor = Visitor()
    status, page = visitor.sign_in(authorize(lab, "google"))
    assert status == 403 and "You did not allow it" in page
    assert accounts(lab) == []
    sandbox.control("POST", "consent", {"provider": "google"})
    assert visitor.sign_in(retry_of(page, lab.server.port))[0] == 200


def test_a_box_that_was_not_ticked(connected_lab, sandbox):
    lab = connected_lab
    sandbox.control("POST", "consent", {"provider": "google", "scopes": [
        "https://www.googleapis.com/auth/calendar.freebusy"]})
    visitor = Visitor()
    status, page = visitor.sign_in(authorize(lab, "google"))
    assert status == 403 and "A permission is missing" in page
    assert "to list your calendars" in page and "to put bookings" in page
    assert "to see when you are busy" not in page
    assert accounts(lab) == []
    sandbox.control("POST", "consent", {"provider": "google"})
    assert visitor.sign_in(retry_of(page, lab.server.port))[0] == 200


def test_a_sign_in_that_breaks_can_be_tried_again(connected_lab, sandbox):
    lab = connected_lab
    sandbox.arm("google", "serverError", path="/token")
    visitor = Visitor()
    status, page = visitor.sign_in(authorize(lab, "google"))
    assert status == 502 and "Nothing was connected" in page
    assert visitor.sign_in(retry_of(page, lab.server.port))[0] == 200


def test_another_account_in_the_place_of_one_is_refused(connected_lab, sandbox):
    lab = connected_lab
    connection = connect(lab, "google")
    sandbox.account("google", "sam@example.com")
    sandbox.control("POST", "consent", {"provider": "google", "account": "sam@example.com"})
    status, page = Visitor().sign_in(authorize(lab, "google", connection=connection["id"]))
    assert status == 502 and "sam@example.com" in page and ALEX in page
    assert account(lab, "google")["username"] == ALEX


@pytest.mark.parametrize("provider", PROVIDERS)
def test_s8_revoked_parked_told_once_and_woken(connected_lab, sandbox, provider):
    """S8: it waits for its owner, keeps its time, and is confirmed when the owner is back."""
    lab = connected_lab
    connection = connect(lab, provider)
    link = link_on(lab, connection)
    late, early = lab.slots(link)[6], lab.slots(link)[2]
    # Accepted, tried in vain once, and then the permission is gone.
    sandbox.arm(provider, "serverError", method="POST", path="*/events*", status=503, times=0)
    paths = []
    for start in (late, early):
        answer = lab.book(link, start)
        assert answer.status == 202, answer
        paths.append("/r/" + answer.headers["Location"].rsplit("/r/", 1)[1])
    until(lambda: len([call for call in sandbox.calls if call["fault"]]) >= 2, 20, "two attempts")
    sandbox.control("POST", "tokens/revoke", {"provider": provider, "account": ALEX})
    sandbox.control("DELETE", "faults")
    client = lab.client()
    until(lambda: len(lab.everything("/v1/jobs?state=parked")) == 2, 60, "both to wait for the owner")
    assert {client.get(path).json()["state"] for path in paths} <= {"pending", "needsOwner"}
    told = account(lab, provider)
    assert told["state"] == "needsOwner" and "revoked" in told["problem"]
    with sqlite3.connect(f"file:{lab.data}/bookend.db?mode=ro", uri=True) as database:
        assert database.execute("SELECT count(*) FROM incidents").fetchone() == (1,)
    refused = [call for call in sandbox.calls if call["path"].endswith("/token")
               and call["status"] == 400]
    assert len(refused) == 1, "a dead refresh token is tried once"
    assert sandbox.events(provider) == []

    again = connect(lab, provider, connection=connection["id"])
    assert again["id"] == connection["id"] and again["state"] == "connected"
    for path in paths:
        assert lab.ending(path)["state"] == "confirmed"
    assert len(sandbox.events(provider)) == 2
    starts = [event.get("start", {}).get("dateTime", "")[:16] for event in sandbox.events(provider)]
    assert starts[0] == min(starts), "the next meeting comes first"


def test_microsofts_rotation_is_followed_through_crashes(connected_lab, sandbox):
    """Each refresh token works once: the new one has to be durable before anything is done with it."""
    lab = connected_lab
    sandbox.settings(oldRefreshTokens="refused")
    connection = connect(lab, "outlook")
    for _ in range(3):
        sandbox.control("POST", "tokens/revoke", {
            "provider": "outlook", "account": ALEX, "what": "access"})
        answer = lab.client().post(f"/v1/connections/{connection['id']}/test")
        assert answer.status == 200 and answer.json()["state"] == "connected", answer
        lab.server.kill()
        lab.server.start()
    with sqlite3.connect(f"file:{lab.data}/bookend.db?mode=ro", uri=True) as database:
        assert database.execute("SELECT version FROM credentials").fetchall() == [(4,)]


def test_disconnecting_revokes_and_says_what_depends_on_it(connected_lab, sandbox):
    lab = connected_lab
    connection = connect(lab, "google")
    link = link_on(lab, connection)
    path = lab.confirmed(link, lab.slots(link)[0])
    client = lab.client()
    refused = client.delete(f"/v1/connections/{connection['id']}")
    assert refused.status == 409 and refused.problem == "connection-in-use"
    assert refused.json()["links"] == [
        {"id": link["id"], "title": "Lab", "use": "destination"}]
    assert refused.json()["upcomingBookings"] == 1
    assert client.get(f"/b/{link['slug']}").status == 200

    done = client.delete(f"/v1/connections/{connection['id']}?links=pause")
    assert done.status == 204, done
    assert client.get(f"/v1/links/{link['id']}").json()["state"] == "paused"
    assert client.get(f"/v1/connections/{connection['id']}").status == 404
    assert client.get(path).json()["state"] == "confirmed"
    assert [call["status"] for call in sandbox.calls if call["path"] == "/revoke"] == [200]
    with sqlite3.connect(f"file:{lab.data}/bookend.db?mode=ro", uri=True) as database:
        assert database.execute("SELECT count(*) FROM credentials").fetchone() == (0,)
    assert client.delete(f"/v1/connections/{connection['id']}").status == 404


def test_a_service_account(tmp_path, connected_lab, sandbox):
    lab = connected_lab
    email = "bot@project.example"
    key = subprocess.run(
        ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        capture_output=True, text=True, check=True).stdout
    public = subprocess.run(
        ["openssl", "pkey", "-pubout"], input=key, capture_output=True, text=True,
        check=True).stdout
    sandbox.control("POST", "service-accounts", {
        "email": email, "publicKeyPem": public, "delegated": True})
    file = {
        "type": "service_account", "client_email": email, "private_key_id": "k1",
        "private_key": key, "token_uri": "http://169.254.169.254/"}
    answer = lab.client().post("/v1/connections", {
        "provider": "google", "serviceAccount": file, "subject": ALEX})
    assert answer.status == 201, answer
    assert answer.json()["username"] == ALEX
    link = link_on(lab, answer.json())
    lab.confirmed(link, lab.slots(link)[0])
    assert len(sandbox.events("google")) == 1
    # Google counts each person's calls, and is not told who that is.
    queries = [call["query"] for call in sandbox.calls if call["path"].startswith("/calendar/v3")]
    assert queries and all("quotaUser=" in query for query in queries)
    assert not any("alex" in query.lower() for query in queries)

    wrong = lab.client().post("/v1/connections", {
        "provider": "google", "serviceAccount": file | {"client_email": "who@project.example"},
        "subject": ALEX})
    assert wrong.status == 422 and wrong.pointers == {"#/serviceAccount"}
    assert lab.client().post("/v1/connections", {
        "provider": "google", "serviceAccount": {"type": "service_account"}}).status == 422

    (tmp_path / "key.json").write_text(json.dumps(file))
    added = bookend(
        "connections", "add", "--data", lab.data, "--provider", "google", "--key-file",
        tmp_path / "key.json", "--subject", ALEX, *lab.server.arguments)
    assert added["id"] == answer.json()["id"]


def test_client_credentials(connected_lab, sandbox):
    lab = connected_lab
    tenant = ["--tenant", "contoso.example"]
    command = ["connections", "add", "--data", lab.data, "--provider", "outlook",
               "--mailbox", ALEX, *lab.server.arguments]
    refused = run_bookend(*command)
    assert refused.returncode == 69 and "tenant" in refused.stderr
    added = bookend(*command, *tenant)
    link = link_on(lab, added)
    lab.confirmed(link, lab.slots(link)[0])
    assert len(sandbox.events("outlook")) == 1
    assert any(call["path"] == "/contoso.example/oauth2/v2.0/token" for call in sandbox.calls)


def test_the_command_line_knows_the_address_too(connected_lab):
    lab = connected_lab
    port = lab.server.port
    printed = bookend(
        "connections", "authorize", "--data", lab.data, "--provider", "google",
        "--public-url", f"http://127.0.0.1:{port}", *lab.server.arguments)
    assert Visitor().sign_in(printed["url"])[0] == 200
    connection = account(lab, "google")
    [listed] = [one for one in bookend("connections", "list", "--data", lab.data)["data"]
                if one["provider"] == "google"]
    assert listed["id"] == connection["id"]
    removed = bookend(
        "connections", "remove", connection["id"], "--data", lab.data, *lab.server.arguments)
    assert removed["linksPaused"] == 0
    # The server that runs knows it at once.
    assert lab.client().post(f"/v1/connections/{connection['id']}/test").status == 404


def test_without_a_client_nobody_can_sign_in(lab):
    answer = lab.client().get("/v1/connections/google/authorize")
    assert answer.status == 409 and "clientId" in answer.json()["detail"]
