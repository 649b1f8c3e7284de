"""One keep-alive connection, and an answer as a value."""

import http.client
import json
import socket

# Longer than the longest wait that a request may ask for (30 s).
TIMEOUT_SECONDS = 40


class ConnectionLost(Exception):
    """No answer came: the request may have been carried out or not."""


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)

    @property
    def text(self):
        return self.body.decode()

    @property
    def problem(self):
        """The last part of a problem document's type."""
        kind = self.headers.get("Content-Type", "")
        assert kind.startswith("application/problem+json"), f"no problem document: {self}"
        document = self.json()
        assert document["status"] == self.status, self
        assert document["title"], self
        return document["type"].rsplit("/", 1)[-1]

    @property
    def pointers(self):
        return {error["pointer"] for error in self.json().get("errors", [])}

    def __repr__(self):
        return f"{self.status} {dict(self.headers)} {self.body[:600]!r}"


class Client:
    def __init__(self, port, key=None, timeout=TIMEOUT_SECONDS):
        self.port = port
        self.key = key
        self.timeout = timeout
        self.connection = None

    def get(self, path, **headers):
        return self.request("GET", path, headers=headers)

    def post(self, path, value=None, **headers):
        return self.request("POST", path, value, headers=headers)

    def delete(self, path, **headers):
        return self.request("DELETE", path, headers=headers)

    def form(self, path, fields, **headers):
        from urllib.parse import urlencode

        return self.request(
            "POST", path, urlencode(fields).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded", **headers})

    def request(self, method, path, body=None, headers=None):
        """`body` is sent as it is when bytes, else as JSON. `_` in a header name means `-`."""
        sent = {"Accept": "application/json"}
        if self.key and path.startswith("/v1"):
            sent["Authorization"] = f"Bearer {self.key}"
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        sent.update({name.replace("_", "-"): value for name, value in (headers or {}).items()})
        if method == "POST" and body is None:
            sent["Content-Length"] = "0"
        fresh = self.connection is None
        try:
            if fresh:
                self.connection = http.client.HTTPConnection(
                    "127.0.0.1", self.port, timeout=self.timeout)
            self.connection.request(method, path, body, sent)
            response = self.connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise ConnectionLost(f"{method} {path}: {error!r}") from error
        if response.will_close:
            self.close()
        return answer

    def raw(self, data, seconds=10):
        """Sends bytes on a connection of its own and returns all that comes until it is closed."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as peer:
            received = b""
            try:
                peer.sendall(data)
                peer.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # It may refuse before it has read everything; its answer still counts.
            try:
                while chunk := peer.recv(65536):
                    received += chunk
            except ConnectionError:
                pass
            return received

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()
