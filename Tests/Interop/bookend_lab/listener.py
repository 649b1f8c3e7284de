"""An endpoint on loopback that hears notifications, and answers a subscription's question."""

import http.server
import threading
from urllib.parse import parse_qs, urlsplit

from .waiting import until


class Listener:
    def __init__(self, agrees=True):
        self.agrees = agrees
        self.heard = []
        self.asked = []

    def __enter__(self):
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                token = parse_qs(urlsplit(self.path).query).get("validationToken")
                if token:
                    listener.asked.append(token[0])
                    answer = token[0] if listener.agrees else "no"
                else:
                    listener.heard.append((dict(self.headers), body))
                    answer = ""
                self.send_response(200)
                self.send_header("Content-Type", "text/plain")
                self.end_headers()
                self.wfile.write(answer.encode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/notices"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()

    def wait_for(self, count):
        return until(lambda: self.heard[:count] if len(self.heard) >= count else None, 15,
                     f"{count} notifications")
