"""What the outside tests share: the release binary as a process, a CalDAV server, a client."""

from .client import Answer, Client, ConnectionLost
from .cyrus import Cyrus
from .facade import Lab
from .mail import MailServer
from .radicale import Radicale
from .sandbox import Sandbox
from .server import Server, bookend, run_bookend
from .waiting import until

__all__ = [
    "Answer", "Client", "ConnectionLost", "Cyrus", "Lab", "MailServer", "Radicale", "Sandbox",
    "Server", "bookend", "run_bookend", "until",
]
