"""Connecting an account in the browser, as a browser does it: redirects followed, cookies kept."""

import http.client
import re
from urllib.parse import parse_qs, urlsplit

CLIENT, SECRET = "sandbox-client", "sandbox-secret"


def provider_settings(sandbox, folder):
    """The arguments with which Bookend goes to a sandbox instead of Google and Microsoft."""
    folder.mkdir(parents=True, exist_ok=True)
    secret = folder / "client-secret"
    secret.write_text(SECRET + "\n")
    identity = sandbox.base + "/{tenant}/oauth2/v2.0"
    settings = {
        "google.apiBaseUrl": sandbox.base + "/calendar/v3",
        "google.authorizeUrl": sandbox.base + "/o/oauth2/v2/auth",
        "google.tokenUrl": sandbox.base + "/token",
        "google.revokeUrl": sandbox.base + "/revoke",
        "outlook.apiBaseUrl": sandbox.base + "/v1.0",
        "outlook.authorizeUrl": identity + "/authorize",
        "outlook.tokenUrl": identity + "/token",
    }
    for provider in ("google", "outlook"):
        settings |= {
            f"{provider}.clientId": CLIENT, f"{provider}.clientSecretFile": secret,
        }
    return [
        word for name, value in settings.items()
        for word in ("--set", f"providers.{name}={value}")
    ]


class Visitor:
    """A browser without pages: it keeps cookies for each server and shows every step."""

    def __init__(self):
        self.cookies = {}

    def request(self, method, url, form=None):
        parts = urlsplit(url)
        jar = self.cookies.setdefault(parts.netloc, {})
        headers = {"Accept": "text/html"}
        if jar:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(parts.netloc, timeout=40)
        connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""),
                           form, headers)
        response = connection.getresponse()
        body = response.read().decode()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            jar[name] = value
        connection.close()
        return response.status, response.headers, body

    def set_out(self, url):
        """From the page to the provider's address, which is returned."""
        status, _, page = self.request("GET", url)
        assert status == 200, page
        status, headers, page = self.request("POST", url, "")
        assert status == 303, page
        return headers["Location"]

    def consent(self, address):
        """The provider sends the browser back: to this address."""
        status, headers, page = self.request("GET", address)
        assert status == 302, page
        return headers["Location"]

    def sign_in(self, url):
        """All of it: the last answer's status and page."""
        status, _, page = self.request("GET", self.consent(self.set_out(url)))
        return status, page


def query_of(url):
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def retry_of(page, port):
    """The address behind "Try again"."""
    return f"http://127.0.0.1:{port}" + re.search(r'href="(/connect/[^"]+)"', page)[1]
