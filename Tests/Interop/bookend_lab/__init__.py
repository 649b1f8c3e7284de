"""What the outside tests share: the release binary as a process, a CalDAV server, a client."""

from .client import Answer, Client, ConnectionLost
from .facade import Lab
from .radicale import Radicale
from .sandbox import Sandbox
from .server import Server, bookend, run_bookend
from .waiting import until

__all__ = [
    "Answer", "Client", "ConnectionLost", "Lab", "Radicale", "Sandbox", "Server", "bookend",
    "run_bookend", "until",
]
