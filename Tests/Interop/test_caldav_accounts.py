"""CalDAV accounts over the API: by password, and never to where only this machine can go."""

import pytest
from bookend_lab import Lab
from bookend_lab.accounts import accounts, link_on


def caldav(radicale, **more):
    return {"provider": "caldav", "url": radicale.url, "username": radicale.username,
            "password": radicale.password} | more


def test_caldav_over_the_api(tmp_path, lab, radicale):
    radicale.make_calendar("cal")
    client = lab.client()
    headers = {"Idempotency_Key": "connect-caldav-1"}
    first = client.post("/v1/connections", caldav(radicale), **headers)
    assert first.status == 201, first
    assert [one["name"] for one in first.json()["calendars"]] == ["cal"]
    repeat = client.post("/v1/connections", caldav(radicale), **headers)
    assert (repeat.status, repeat.body) == (201, first.body)
    other = client.post("/v1/connections", caldav(radicale, password="x"), **headers)
    assert other.status == 422 and other.problem == "idempotency-mismatch"

    connection = first.json()
    radicale.make_calendar("more")
    tested = client.post(f"/v1/connections/{connection['id']}/test")
    assert {one["name"] for one in tested.json()["calendars"]} == {"cal", "more"}
    listed = client.get(f"/v1/connections/{connection['id']}/calendars").json()["data"]
    assert {one["name"] for one in listed} == {"cal", "more"}
    assert all(one["timeZone"] for one in listed)

    link = link_on(lab, connection)
    lab.confirmed(link, lab.slots(link)[0])
    assert len(radicale.events("cal")) == 1


def test_caldav_that_does_not_let_us_in(lab, radicale):
    client = lab.client()
    wrong = client.post("/v1/connections", caldav(radicale, password="marked-wrong"))
    assert wrong.status == 422 and wrong.pointers == {"#/password"}
    assert b"marked-wrong" not in wrong.body
    assert client.post(
        "/v1/connections", caldav(radicale, url=radicale.url + "none/")).status == 422
    for url in ("ftp://x", "https://user:pass@x/", "nonsense"):
        answer = client.post("/v1/connections", caldav(radicale, url=url))
        assert answer.status == 422 and answer.pointers == {"#/url"}, answer
    radicale.stop()
    down = client.post("/v1/connections", caldav(radicale))
    assert down.status == 503 and down.problem == "calendar-unreadable"
    radicale.start()
    assert accounts(lab) == []


def test_a_new_password_is_in_use_at_once(tmp_path, radicale):
    with Lab(tmp_path / "data", radicale=radicale) as lab:
        link = lab.create_link()
        lab.confirmed(link, lab.slots(link)[0])
        radicale.stop()
        radicale.password = "changed"
        radicale.start()
        [connection] = lab.everything("/v1/connections")
        client = lab.client()
        told = client.post(f"/v1/connections/{connection['id']}/test").json()
        assert told["state"] == "needsOwner" and told["problem"]
        answer = client.post("/v1/connections", caldav(radicale))
        assert answer.status == 200, answer
        assert answer.json()["id"] == connection["id"]
        assert answer.json()["state"] == "connected"
        lab.confirmed(link, lab.slots(link, first=3)[0])


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "169.254.169.254"])
def test_typed_addresses_do_not_reach_this_machine(tmp_path, radicale, host):
    strict = ["--set", "providers.caldav.allowPrivateAddresses=false"]
    with Lab(tmp_path / "data", *strict) as lab:
        url = f"https://{host}:{radicale.port}/"
        answer = lab.client().post("/v1/connections", caldav(radicale, url=url))
        assert answer.status == 422 and answer.pointers == {"#/url"}, answer
        assert "private address" in answer.text
        plain = lab.client().post("/v1/connections", caldav(radicale))
        assert plain.status == 422 and plain.pointers == {"#/url"}
    log = (radicale.folder / "log").read_text()
    assert "PROPFIND" not in log
