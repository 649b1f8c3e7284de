"""A host connects a Google account in a real browser: yes, no, and not quite."""

import pytest
from bookend_lab import Lab
from bookend_lab.signin import provider_settings
from browser import Browser
from test_pages import look

ALEX = "alex@example.com"


@pytest.fixture(scope="module")
def browser():
    with Browser() as running:
        yield running


@pytest.fixture
def connected_lab(tmp_path, sandbox):
    for provider in ("google", "outlook"):
        sandbox.account(provider, ALEX, calendars=[{"name": "Holidays", "access": "reader"}])
    with Lab(tmp_path / "data", *provider_settings(sandbox, tmp_path / "settings")) as lab:
        yield lab


@pytest.fixture(params=[False, True], ids=["without-javascript", "with-javascript"])
def host(browser, request):
    return browser.page(javascript=request.param)


def open_address(lab, page, provider):
    page.open(lab.client().get(f"/v1/connections/{provider}/authorize").json()["url"])


def set_out(page):
    page.click("main form button", loads=True)


@pytest.mark.parametrize("provider", ["google", "outlook"])
def test_yes(connected_lab, host, provider):
    open_address(connected_lab, host, provider)
    assert "to see when you are busy" in host.text
    look(host, f"connect-{provider}")
    # The page's policy has to let the form through to the provider, and the browser to bring the cookie back.
    set_out(host)
    assert "/callback" in host.url and host.has("[data-state=connected]"), host.text
    assert ALEX in host.text
    look(host, f"connected-{provider}")
    [connection] = [
        one for one in connected_lab.everything("/v1/connections") if one["provider"] == provider]
    assert connection["state"] == "connected"
    host.reload()
    assert host.has("[data-state=connected]"), "loading it again is no error"


def test_no(connected_lab, sandbox, host):
    sandbox.control("POST", "consent", {"provider": "google", "denied": True})
    open_address(connected_lab, host, "google")
    set_out(host)
    assert host.has("[data-state=refused]"), host.text
    look(host, "connect-refused")
    assert {one["provider"] for one in connected_lab.everything("/v1/connections")} == {"local"}
    sandbox.control("POST", "consent", {"provider": "google"})
    host.click("a.button", loads=True)
    set_out(host)
    assert host.has("[data-state=connected]"), host.text


def test_not_quite(connected_lab, sandbox, host):
    sandbox.control("POST", "consent", {"provider": "google", "scopes": [
        "https://www.googleapis.com/auth/calendar.freebusy",
        "https://www.googleapis.com/auth/calendar.calendarlist.readonly"]})
    open_address(connected_lab, host, "google")
    set_out(host)
    assert host.has("[data-state=incomplete]"), host.text
    assert "to put bookings on your calendar" in host.text
    assert "to see when you are busy" not in host.text
    look(host, "connect-incomplete")


def test_an_address_that_is_over(connected_lab, host):
    host.open(f"http://127.0.0.1:{connected_lab.server.port}/connect/never-was")
    assert "no longer works" in host.text
    look(host, "connect-over")
