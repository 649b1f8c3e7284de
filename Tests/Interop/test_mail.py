"""Mail through a real mail server: what it gets, and what becomes of it when it does not behave."""

import icalendar
import pytest
from bookend_lab import Lab, MailServer, run_bookend, until


@pytest.fixture(params=["none", "startTLS", "tls"])
def secured(request, tmp_path):
    """A mail server and a lab that sends to it, once for each way of being safe."""
    login = {} if request.param == "none" else {"user": "alex", "password": "open sesame"}
    with MailServer(tmp_path / "mail", request.param, **login) as mail:
        with Lab(tmp_path / "data", *mail.settings()) as lab:
            yield mail, lab


@pytest.fixture
def world(tmp_path):
    with MailServer(tmp_path / "mail") as mail:
        with Lab(tmp_path / "data", *mail.settings("lanes.failuresToOpen=50")) as lab:
            yield mail, lab


def book(lab, link, start, local):
    """Confirmed, for a guest with that local part; returns the path."""
    return lab.confirmed(
        link, start, guest={"name": "Grace", "email": f"{local}@guest.example"})


def test_each_change_reaches_the_guest_and_the_host(secured):
    mail, lab = secured
    link = lab.create_link(title="Größe & <Ziele>")
    first, second = lab.slots(link)[:2]
    path = book(lab, link, first, "grace")
    # What is overtaken before it has left would be skipped.
    until(lambda: len(mail.messages) == 2, 30, "the confirmation")
    lab.client().post(f"{path}/reschedule", {"start": second}, Prefer="wait=30")
    until(lambda: len(mail.messages) == 4, 30, "the news of the move")
    lab.client().post(f"{path}/cancel", {"reason": "Ill"}, Prefer="wait=30")
    until(lambda: len(mail.messages) == 6, 30, "the news of the end")

    guest = mail.to("grace@guest.example")
    assert [message.subject.split(":")[0] for message in guest] == ["Confirmed", "Moved", "Cancelled"]
    events = [icalendar.Calendar.from_ical(message.part("text/calendar")) for message in guest]
    assert [str(calendar["METHOD"]) for calendar in events] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [calendar.events[0]["SEQUENCE"] for calendar in events] == [0, 1, 2]
    assert len({str(calendar.events[0]["UID"]) for calendar in events}) == 1
    assert "Größe & <Ziele>" in guest[0].subject
    assert "Größe &amp; &lt;Ziele&gt;" in guest[0].part("text/html")
    for message, calendar in zip(guest, events):
        assert message.event["sender"] == "bookings@example.org"
        assert message.mail["Sender"] == "Bookend\n <bookings@example.org>".replace("\n", "")
        organizer = message.mail["From"].addresses[0].addr_spec
        assert str(calendar.events[0]["ORGANIZER"]) == f"mailto:{organizer}"
        assert message.event["isEncrypted"] == (mail.security != "none")
        assert message.event["isAuthenticated"] == (mail.user is not None)

    host = [message for message in mail.messages if message.to != "grace@guest.example"]
    assert [message.subject.split(":")[0] for message in host] == ["Booked", "Moved", "Cancelled"]
    assert {message.mail["Reply-To"].addresses[0].addr_spec for message in host} == {
        "grace@guest.example"}
    assert len({message.id for message in mail.messages}) == 6


def test_one_connection_carries_many(world):
    mail, lab = world
    link = lab.create_link()
    for number, start in enumerate(lab.slots(link)[:6]):
        book(lab, link, start, f"guest{number}")
    until(lambda: len(mail.messages) == 12, 30, "twelve messages")
    # As many as may be open at once (lanes.mailConcurrency).
    assert mail.connections <= 4


def test_later_is_tried_again_and_never_is_not(world):
    mail, lab = world
    link = lab.create_link()
    first, second = lab.slots(link)[:2]
    book(lab, link, first, "once-451")
    book(lab, link, second, "says-550")
    until(lambda: mail.to("once-451@guest.example"), 30, "the second try")
    refused = until(
        lambda: [job for job in invitations(lab, "discarded")], 30, "a job that was given up")
    assert len(refused) == 1 and refused[0]["error"]["message"].endswith("(550 5.7.1)")
    assert "says-550" not in str(refused[0]["error"])
    asked = [event for event in mail.of("recipient") if event["to"].startswith("says-550")]
    assert len(asked) == 1
    assert len(mail.to("once-451@guest.example")) == 1


def test_a_lost_answer_brings_the_same_mail_again(world):
    mail, lab = world
    link = lab.create_link()
    book(lab, link, lab.slots(link)[0], "vanish-once")
    sent = until(
        lambda: (m := mail.to("vanish-once@guest.example")) and len(m) == 2 and m, 40, "a repeat")
    assert sent[0].id == sent[1].id
    assert sent[0].mail.as_bytes() == sent[1].mail.as_bytes()
    until(lambda: not invitations(lab, "retryable") and not invitations(lab, "executing"), 20, "rest")
    assert len(mail.to("vanish-once@guest.example")) == 2


def test_a_server_that_is_killed_while_it_sends_sends_the_same_again(world):
    """The mail server has the message and has not answered: nobody knows, so it is the same mail."""
    mail, lab = world
    link = lab.create_link()
    path = book(lab, link, lab.slots(link)[0], "stall")
    until(lambda: mail.to("stall@guest.example"), 30, "the message")
    lab.server.kill()
    lab.server.start()
    sent = until(
        lambda: (m := mail.to("stall@guest.example")) and len(m) >= 2 and m, 60, "the repeat")
    assert len({message.id for message in sent}) == 1
    # The guest's page does not depend on it.
    assert lab.client().get(path).json()["state"] == "confirmed"


def test_a_mail_server_that_is_down_keeps_no_booking_waiting(tmp_path):
    mail = MailServer(tmp_path / "mail").start()
    settings = mail.settings()
    mail.stop()
    with Lab(tmp_path / "data", *settings) as lab:
        link = lab.create_link()
        first, second = lab.slots(link)[:2]
        path = lab.confirmed(link, first)
        lab.confirmed(link, second)
        answer = lab.client().post(f"{path}/cancel", {}, Prefer="wait=20")
        assert answer.json()["state"] == "cancelled"


def test_a_link_is_sent_to_sarah_once_a_day(world):
    mail, lab = world
    link = lab.create_link(title="Intro call")
    to = {"to": {"name": "Sarah", "email": "sarah@guest.example"}, "message": "Hi Sarah,\nsoon?"}
    first = lab.client().post(f"/v1/links/{link['id']}/send", to)
    again = lab.client().post(f"/v1/links/{link['id']}/send", to)
    assert (first.status, again.status) == (202, 202)
    assert first.json()["job"]["id"] == again.json()["job"]["id"]
    assert not first.json()["isRepeat"] and again.json()["isRepeat"]
    sent = until(lambda: mail.to("sarah@guest.example"), 20, "the link")
    assert link["url"] in sent[0].part("text/plain") and link["url"] in sent[0].part("text/html")
    assert "> soon?" in sent[0].part("text/plain")
    assert "List-Unsubscribe" in sent[0].mail
    other = lab.client().post(f"/v1/links/{link['id']}/send", {"to": {"email": "kim@guest.example"}})
    assert other.status == 202
    until(lambda: mail.to("kim@guest.example"), 20, "the other link")
    assert len(mail.to("sarah@guest.example")) == 1


def test_check_says_what_is_wrong_with_the_mail_server(tmp_path):
    with MailServer(tmp_path / "mail", "startTLS", "alex", "open sesame") as mail:
        def check(*more):
            return run_bookend("check", "--data", tmp_path / "data", *mail.settings(*more))

        good = check()
        assert good.returncode == 0, good.stderr
        other = tmp_path / "other"
        other.write_text("wrong")
        other.chmod(0o600)
        wrong = check(f"mail.smtpPasswordFile={other}")
        assert wrong.returncode == 69 and "name and password (535" in wrong.stderr
        untrusted = check("mail.smtpCertificateFile=")
        assert untrusted.returncode == 69 and "no safe connection" in untrusted.stderr
        missing = check("mail.smtpPasswordFile=/nowhere")
        assert missing.returncode == 78 and "/nowhere cannot be read" in missing.stderr
        other.chmod(0o644)
        loose = check(f"mail.smtpPasswordFile={other}")
        assert loose.returncode == 78 and "chmod" in loose.stderr
        served = run_bookend(
            "serve", "--data", tmp_path / "data", *mail.settings("mail.smtpPasswordFile=/nowhere"))
        assert served.returncode == 78 and "/nowhere cannot be read" in served.stderr
        assert "open sesame" not in "".join(
            ended.stdout + ended.stderr for ended in (good, wrong, untrusted, missing, loose, served))


def invitations(lab, state):
    return lab.everything(f"/v1/jobs?kind=invitation&state={state}")
