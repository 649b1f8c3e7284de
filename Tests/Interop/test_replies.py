"""Answers to invitations by mail, as a mail server pipes them in: `bookend mail receive`."""

import base64
import email
import subprocess
from email import policy
from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import icalendar
import pytest
from bookend_lab import Lab, MailServer, until
from bookend_lab.server import ROOT, binary, environment

GRACE = "grace@guest.example"
KIM = "kim@guest.example"
TAKEN, UNREADABLE, UNKNOWN, LATER, NOT_A_GUEST = 0, 65, 67, 75, 77


class Received:
    """A booking whose guests have their invitations."""

    def __init__(self, lab, mail, path):
        self.lab, self.mail, self.path = lab, mail, path

    def invitation(self, to=GRACE):
        return icalendar.Calendar.from_ical(self.mail.to(to)[-1].part("text/calendar"))

    def answer(self, word, by=GRACE, **changes):
        """The calendar text with which a guest's program answers the newest invitation."""
        event = self.invitation(by).events[0]
        reply = icalendar.Calendar()
        reply.add("PRODID", "-//Somebody//Else//EN")
        reply.add("VERSION", "2.0")
        reply.add("METHOD", "REPLY")
        answer = icalendar.Event()
        answer.add("UID", changes.get("uid", str(event["UID"])))
        answer.add("SEQUENCE", changes.get("sequence", event["SEQUENCE"]))
        answer.add("DTSTAMP", changes.get("stamp", event.decoded("DTSTAMP")))
        answer.add("ATTENDEE", f"mailto:{changes.get('attendee', by)}", {"PARTSTAT": word})
        answer.add("ORGANIZER", str(event["ORGANIZER"]))
        if "comment" in changes:
            answer.add("COMMENT", changes["comment"])
        reply.add_component(answer)
        return reply.to_ical()

    def receive(self, message):
        return receive(self.lab, message)

    def replies(self):
        [booking] = self.lab.everything("/v1/bookings")
        found = self.lab.client().get(f"/v1/bookings/{booking['id']}").json()
        return {reply["email"]: reply["answer"] for reply in found["replies"]}

    def offers(self):
        return [message for message in self.mail.messages if "eclined" in message.subject]


@pytest.fixture
def booked(tmp_path):
    with MailServer(tmp_path / "mail") as mail:
        with Lab(tmp_path / "data", *mail.settings("mail.author=server")) as lab:
            link = lab.create_link(title="Intro")
            path = lab.confirmed(
                link, lab.slots(link)[2], guest={"name": "Grace", "email": GRACE},
                additionalGuests=[KIM])
            until(lambda: len(mail.messages) == 3, 30, "the invitations")
            yield Received(lab, mail, path)


def receive(lab, message, *arguments):
    return subprocess.run(
        [binary(), "mail", "receive", "--data", lab.data, *arguments], input=bytes(message),
        env=environment(), cwd=ROOT, capture_output=True, timeout=60)


def plain(calendar, sender=GRACE):
    """The calendar text and nothing else."""
    return (
        f"From: Grace <{sender}>\r\nTo: bookings@example.org\r\nSubject: Declined: Intro\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/calendar; method=REPLY; charset=UTF-8\r\n\r\n"
    ).encode() + calendar


def alternative(calendar, sender=GRACE, charset="utf-8"):
    """As Google and Outlook write them: beside the text, perhaps in base64."""
    message = MIMEMultipart("alternative")
    message["From"] = f'"Grace, of Guests" <{sender}>'
    message["To"] = "bookings@example.org"
    message.attach(MIMEText("I cannot come.", "plain", "utf-8"))
    part = MIMEText(calendar.decode(), "calendar", charset)
    part.set_param("method", "REPLY")
    message.attach(part)
    return message.as_bytes()


def attached(calendar, sender=GRACE):
    """As Apple writes them: the calendar a second time, as a file."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"], message["To"], message["Subject"] = sender, "bookings@example.org", "Grüße 🚀"
    message.set_content("Leider nicht.\nGrüße", cte="quoted-printable")
    message.add_alternative("<p>Leider nicht.", subtype="html")
    message.add_attachment(calendar, maintype="application", subtype="ics", filename="antwort.ics")
    outer = MIMEMultipart("mixed")
    for name, value in message.items():
        if name.lower() in ("from", "to", "subject"):
            outer[name] = value
    inner = MIMEBase("text", "calendar", method="REPLY", charset="utf-8")
    inner.set_payload(calendar)
    email.encoders.encode_quopri(inner)
    outer.attach(email.message_from_bytes(message.as_bytes()))
    outer.attach(inner)
    return outer.as_bytes()


SHAPES = {
    "plain": plain,
    "alternative in base64": alternative,
    "alternative in another charset": lambda calendar: alternative(calendar, charset="utf-16"),
    "attached too": attached,
    "from a spool, with bare line feeds": lambda calendar: (
        b"From grace@guest.example Sat Nov 28 03:00:00 2026\n"
        + plain(calendar).replace(b"\r\n", b"\n")),
    "written by a program": lambda calendar: b"Auto-Submitted: auto-replied\r\n" + plain(calendar),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_an_answer_is_shown_and_a_decline_is_offered_to_the_host(booked, shape):
    message = shape(booked.answer("DECLINED", comment="Leider krank – 🚀"))
    taken = booked.receive(message)
    assert (taken.returncode, taken.stdout, taken.stderr) == (TAKEN, b"recorded\n", b""), taken
    again = booked.receive(message)
    assert (again.returncode, again.stdout) == (TAKEN, b"known\n")
    assert booked.replies() == {GRACE: "declined"}
    until(booked.offers, 30, "the offer to the host")
    assert len(booked.offers()) == 1
    assert booked.lab.client().get(booked.path).json()["state"] == "confirmed"


def test_the_answer_to_a_former_time_counts_no_more(booked):
    early = plain(booked.answer("DECLINED"))
    link = booked.lab.everything("/v1/links")[0]
    moved = booked.lab.client().post(
        f"{booked.path}/reschedule", {"start": booked.lab.slots(link)[4]}, Prefer="wait=30")
    assert moved.json()["state"] == "confirmed", moved
    until(lambda: len(booked.mail.messages) == 6, 30, "the news of the move")
    late = booked.receive(early)
    assert (late.returncode, late.stdout) == (TAKEN, b"stale\n")
    assert booked.receive(plain(booked.answer("ACCEPTED"))).stdout == b"recorded\n"
    assert booked.receive(plain(booked.answer("TENTATIVE", by=KIM), sender=KIM)).stdout == b"recorded\n"
    assert booked.replies() == {GRACE: "accepted", KIM: "tentative"}


def test_whose_mail_it_is_decides(booked):
    for message, code in [
        (plain(booked.answer("DECLINED"), sender="mallory@elsewhere.example"), NOT_A_GUEST),
        # A guest answers for nobody else.
        (plain(booked.answer("DECLINED"), sender=KIM), NOT_A_GUEST),
        (plain(booked.answer("DECLINED", attendee="mallory@elsewhere.example")), NOT_A_GUEST),
        (plain(booked.answer("DECLINED", uid="another@example.org")), UNKNOWN),
        (plain(booked.answer("DECLINED"), sender=f"{GRACE}>, <{KIM}"), UNREADABLE),
        (b"From: Eve <eve@elsewhere.example>\r\n" + plain(booked.answer("DECLINED")), UNREADABLE),
    ]:
        refused = booked.receive(message)
        assert refused.returncode == code, (refused, message)
        assert refused.stderr.startswith(b"bookend: ") and refused.stdout == b""
        # It ends in the mail server's log, and in a letter to whoever wrote.
        for word in (b"grace", b"kim", b"mallory", b"another", b"Intro"):
            assert word not in refused.stderr.lower()
    assert booked.replies() == {} and booked.offers() == []


def test_what_is_no_answer(booked):
    person = b"From: Grace <grace@guest.example>\r\nSubject: Late\r\n\r\nI will be late.\r\n"
    bounced = booked.receive(person)
    assert bounced.returncode == UNREADABLE and b"nobody reads this address" in bounced.stderr
    # Programs are not answered, or two of them would write to each other.
    for sign in (b"Auto-Submitted: auto-replied", b"Return-Path: <>", b"Precedence: bulk"):
        ignored = booked.receive(sign + b"\r\n" + person)
        assert (ignored.returncode, ignored.stdout) == (TAKEN, b"ignored\n")
    request = booked.mail.to(GRACE)[-1].mail.as_bytes(policy=policy.SMTP)
    assert booked.receive(request).returncode in (TAKEN, UNREADABLE)
    for message in (b"", b"\0" * 1000, b"x" * 6_000_000, plain(b"BEGIN:VCALENDAR\r\n"), base64.b64encode(b"x" * 99)):
        assert booked.receive(message).returncode == UNREADABLE
    assert booked.replies() == {}


def test_what_is_wrong_on_our_side_keeps_the_mail(booked):
    message = plain(booked.answer("ACCEPTED"))
    wrong = receive(booked.lab, message, "--set", "mail.author=nobody")
    assert wrong.returncode == LATER and b"mail.author" in wrong.stderr
    database = booked.lab.data / "bookend.db"
    booked.lab.server.kill()
    kept = database.read_bytes()
    database.write_bytes(b"not a database, and long enough to be looked at" * 100)
    assert receive(booked.lab, message).returncode == LATER
    database.write_bytes(kept)
    # A server need not run.
    assert receive(booked.lab, message, "--json").stdout == b'{"outcome":"recorded"}\n'
    booked.lab.server.start()
    assert booked.replies() == {GRACE: "accepted"}
