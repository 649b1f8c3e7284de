"""Fixtures of the outside tests: every test has its own data folder and its own server."""

import pytest
from bookend_lab import Lab, Radicale, Sandbox


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
def sandbox():
    """Google Calendar and Microsoft Graph, stood in for."""
    with Sandbox() as running:
        yield running
