"""Fixtures of the outside tests: every test has its own data folder and its own server."""

import pytest
from bookend_lab import Cyrus, Lab, MailServer, Radicale, Sandbox


@pytest.fixture
def lab(tmp_path):
    """A server with a calendar of its own database."""
    with Lab(tmp_path / "data") as running:
        yield running


@pytest.fixture
def radicale(tmp_path):
    with Radicale(tmp_path / "radicale") as running:
        yield running


@pytest.fixture
def cyrus(tmp_path):
    """A CalDAV server that invites guests itself."""
    with MailServer(tmp_path / "cyrus-mail") as mail, Cyrus(mail) as running:
        yield running


@pytest.fixture
def sandbox():
    """Google Calendar and Microsoft Graph, stood in for."""
    with Sandbox() as running:
        yield running


# The providers' clients take a second to import, so only those who use them do.


@pytest.fixture
def api(sandbox):
    """Google's own client, signed in at the sandbox."""
    from bookend_lab.google import connect, credentials

    return connect(sandbox, credentials(sandbox, sandbox.account(
        "google", timeZone="Europe/Berlin", calendars=[{"name": "Team"}, {"name": "Own"}])))


@pytest.fixture
def graph(sandbox):
    """Microsoft's own client, signed in at the sandbox."""
    from bookend_lab.graph import Graph

    return Graph(sandbox)
