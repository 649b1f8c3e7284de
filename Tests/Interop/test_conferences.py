"""Video meetings: asked for at the provider that makes them, kept with the booking, shown wherever it is."""

import pytest
from bookend_lab import Lab, until
from bookend_lab.accounts import connect
from bookend_lab.facade import new_key, path_of
from bookend_lab.signin import provider_settings

KINDS = {"google": "googleMeet", "outlook": "teams"}
ALEX = "alex@example.com"


@pytest.fixture
def conference_lab(tmp_path, sandbox):
    for provider in KINDS:
        sandbox.account(provider, ALEX)
    with Lab(tmp_path / "data", *provider_settings(sandbox, tmp_path / "settings")) as lab:
        yield lab


def link_with_meeting(lab, provider):
    connection = connect(lab, provider)
    calendar = next(one["id"] for one in connection["calendars"] if one["isWritable"])
    return lab.create_link(
        location={"kind": KINDS[provider]},
        calendars={"destination": calendar, "conflicts": [calendar]})


def host_mails(lab):
    return [path.read_text() for path in (lab.data / "outbox").glob("*.host@*.eml")]


@pytest.mark.parametrize("provider", KINDS)
def test_the_meeting_is_made_and_shown(conference_lab, sandbox, provider):
    lab = conference_lab
    link = link_with_meeting(lab, provider)
    slots = lab.slots(link)
    path = lab.confirmed(link, slots[3])
    client = lab.client()
    address = client.get(path).json()["conferenceUrl"]
    assert address.startswith("https://")
    assert f'href="{address}"' in client.get(path, Accept="text/html").text
    invite = client.get(f"{path}/invite.ics").text.replace("\r\n ", "")
    assert "CONFERENCE" in invite and address in invite
    # Soft line breaks of quoted-printable are no part of it.
    until(lambda: any(address in mail.replace("=\n", "").replace("=3D", "=")
                      for mail in host_mails(lab)), 10, "the host's mail with the address")

    # It is the booking's for its life.
    moved = client.post(
        f"{path}/reschedule", {"start": slots[8]}, Idempotency_Key=new_key(), Prefer="wait=30")
    assert moved.json()["state"] == "confirmed" and moved.json()["start"] == slots[8], moved
    assert client.get(path).json()["conferenceUrl"] == address


@pytest.mark.parametrize("provider", KINDS)
def test_s33_guests_know_the_meeting_by_the_providers_own_uid(conference_lab, sandbox, provider):
    lab = conference_lab
    link = link_with_meeting(lab, provider)
    slots = lab.slots(link)
    path = lab.confirmed(link, slots[3])
    client = lab.client()
    [event] = sandbox.events(provider)
    uid = event["iCalUID" if provider == "google" else "iCalUId"]
    line = lambda: client.get(f"{path}/invite.ics").text.replace("\r\n ", "")
    assert f"\r\nUID:{uid}\r\n" in line()
    moved = client.post(
        f"{path}/reschedule", {"start": slots[8]}, Idempotency_Key=new_key(), Prefer="wait=30")
    assert moved.json()["state"] == "confirmed", moved
    assert f"\r\nUID:{uid}\r\n" in line()


@pytest.mark.parametrize("provider", KINDS)
def test_one_that_comes_late_holds_nothing_up(conference_lab, sandbox, provider):
    lab = conference_lab
    sandbox.settings(conferenceDelaySeconds=3600)
    link = link_with_meeting(lab, provider)
    slots = lab.slots(link)
    path = lab.confirmed(link, slots[3])
    client = lab.client()
    shown = client.get(path).json()
    assert "conferenceUrl" not in shown and shown["reason"] is None
    sandbox.advance(3601)
    moved = client.post(
        f"{path}/reschedule", {"start": slots[8]}, Idempotency_Key=new_key(), Prefer="wait=30")
    assert moved.json()["state"] == "confirmed", moved
    assert client.get(path).json()["conferenceUrl"].startswith("https://")


def test_google_that_refuses_it_takes_the_meeting_without(conference_lab, sandbox):
    lab = conference_lab
    link = link_with_meeting(lab, "google")
    sandbox.arm("google", "answer", method="POST", path="*/events*", status=400, body={})
    path = lab.confirmed(link, lab.slots(link)[3])
    shown = lab.client().get(path).json()
    assert "conferenceUrl" not in shown and "makes no video meetings" in shown["reason"]
    assert len(sandbox.events("google")) == 1
    assert "makes no video meetings" in lab.client().get(path, Accept="text/html").text


def test_an_outlook_account_without_teams_takes_the_meeting_without(tmp_path, sandbox):
    sandbox.account("outlook", ALEX, personal=True)
    with Lab(tmp_path / "data", *provider_settings(sandbox, tmp_path / "settings")) as lab:
        link = link_with_meeting(lab, "outlook")
        path = lab.confirmed(link, lab.slots(link)[3])
        shown = lab.client().get(path).json()
        assert "conferenceUrl" not in shown and "makes no video meetings" in shown["reason"]
        assert len(sandbox.events("outlook")) == 1


def test_a_calendar_of_another_kind_is_refused(conference_lab):
    lab = conference_lab
    google = link_with_meeting(lab, "google")
    client = lab.client()
    local = next(iter(lab.calendars.values()))
    body = {"title": "Call", "location": {"kind": "googleMeet"}, "calendars": {"destination": local}}
    refused = client.post("/v1/links", body, Idempotency_Key=new_key())
    assert refused.status == 422
    [error] = refused.json()["errors"]
    assert error["pointer"] == "#/location/kind" and "Google" in error["detail"]
    moved = client.request(
        "PATCH",
        f"/v1/links/{google['id']}", {"calendars": {"destination": local}}, headers={"If-Match": '"1"'})
    assert moved.status == 422
    assert moved.json()["errors"][0]["pointer"] == "#/calendars/destination"
