"""Invitation jobs a second to a mail server on loopback, beside what the same server takes from clients that
do nothing else.

The jobs are collected while their queue is paused, so that the time in which they leave is that of sending
alone.
"""

import smtplib
import ssl
import threading
import time

from bookend_lab import Lab, MailServer, until
from processes import LIMITS, processor_seconds
from tables import Table

AT_ONCE = (1, 4)
SECURITIES = {"none": "plain", "startTLS": "STARTTLS"}
# A line of MIME is at most 76 characters; a hundred of them are about an invitation.
LETTER = b"Subject: x\r\n\r\n" + (b"x" * 70 + b"\r\n") * 100


def mail(folder, options):
    table = Table(
        "invitation jobs to a mail server", "messages a second over so many connections, each an invitation of its"
        " own, its job claimed, handed over and recorded; smtplib sends one letter of 7 kB again and again"
        " over as many to the same server. server: how much of a processor that (aiosmtpd, one Python"
        " process) used meanwhile: near 1 it is the limit, and not we are",
        [("ours", "ours/s"), ("smtplib", "smtplib/s"), (None, "ours/smtplib", ("ours", "smtplib")),
         ("server", "server"), ("alone", "server alone"), ("cpu", "CPU µs")])
    for number in range(options.rounds):
        for security in SECURITIES:
            for at_once in AT_ONCE:
                place = folder / f"{number}-{security}-{at_once}"
                count = 10 if options.quick else 400
                row = f"{SECURITIES[security]}, {at_once} at once"
                with MailServer(place / "mail", security, is_brief=True) as server:
                    table.add(
                        row, **ours(place / "data", server, at_once, count),
                        **alone(server, security, at_once, count))
    return table


def ours(folder, server, at_once, count):
    settings = server.settings(f"lanes.mailConcurrency={at_once}", "lanes.mailPerSecond=10000")
    with Lab(folder, *settings, *LIMITS) as lab:
        client = lab.client()
        assert client.post("/v1/queues/mail/pause").status == 200
        link = lab.create_link()
        # Each is told to the guest and to the host.
        for start in lab.slots(link, days=30)[: count // 2]:
            assert lab.book(link, start).status == 202
        until(lambda: waiting(client) >= count, 120, "the bookings")
        process = lab.server.process.pid
        before = processor_seconds(process), processor_seconds(server.process.pid)
        began = time.monotonic()
        assert client.post("/v1/queues/mail/resume").status == 200
        until(lambda: len(server.of("message")) >= count, 240, "the messages")
        seconds = time.monotonic() - began
        return {
            "ours": count / seconds,
            "cpu": (processor_seconds(process) - before[0]) / count * 1e6,
            "server": (processor_seconds(server.process.pid) - before[1]) / seconds,
        }


def waiting(client):
    queues = {row["name"]: row for row in client.get("/v1/queues").json()["data"]}
    return queues["mail"]["counts"]["available"]


def alone(server, security, at_once, count):
    already = len(server.of("message"))
    before = processor_seconds(server.process.pid)
    began = time.monotonic()
    senders = [
        threading.Thread(target=send, args=[server, security, count // at_once])
        for _ in range(at_once)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    sent = count // at_once * at_once
    until(lambda: len(server.of("message")) >= already + sent, 60, "the messages")
    seconds = time.monotonic() - began
    return {
        "smtplib": sent / seconds,
        "alone": (processor_seconds(server.process.pid) - before) / seconds,
    }


def send(server, security, count):
    with smtplib.SMTP("127.0.0.1", server.port) as client:
        if security == "startTLS":
            client.starttls(context=ssl.create_default_context(cafile=server.certificate))
        for _ in range(count):
            client.sendmail("bookings@example.org", ["grace@example.com"], LETTER)
