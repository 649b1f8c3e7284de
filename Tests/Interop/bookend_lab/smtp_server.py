"""A real mail server (aiosmtpd) on loopback that tells what it gets, and misbehaves on request.

Run as a program, it says what happens as lines of JSON on its output and ends with its input. What
it does about a message follows from the recipient's local part, cut at "+":

    says-550          refuses the recipient (any code)
    once-451          the same, but takes it the second time
    data-554          refuses the whole message after DATA
    vanish            takes the message and breaks the connection instead of answering
    vanish-once       the same, but answers the second time
    cut               breaks the connection when the recipient is named
    stall             takes the message and never answers
    leave             takes the message, answers, and hangs up

A line on its input names a stage (greeting, EHLO, MAIL, RCPT, DATA, message, dot): from then on it falls silent
there, for every connection, when it has read what the client said and before it answers, in `message` when it
has asked for one and reads none of it. An empty line ends that; who has met the silence stays in it.
"""

import argparse
import asyncio
import base64
import json
import re
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


class Recorder(SMTP):
    """Counts connections, which the library's own events do not show."""

    def connection_made(self, transport):
        # STARTTLS calls this again for the same connection.
        if transport.get_extra_info("sslcontext") is None or self.event_handler.is_implicit:
            self.event_handler.connections += 1
            self.event_handler.tell(event="connect", connection=self.event_handler.connections)
        super().connection_made(transport)

    async def _handle_client(self):
        await self.event_handler.silence("greeting")
        await super()._handle_client()

    async def smtp_EHLO(self, hostname):
        await self.event_handler.silence("EHLO")
        await super().smtp_EHLO(hostname)

    async def smtp_DATA(self, arg):
        await self.event_handler.silence("DATA")
        if self.event_handler.silent_at == "message":
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            await self.event_handler.silence("message")
        await super().smtp_DATA(arg)

    async def smtp_MAIL(self, arg):
        await self.event_handler.silence("MAIL")
        # Who the client says has written it (RFC 4954 section 5), which the library does not know.
        await super().smtp_MAIL(arg and re.sub(r"(?i) AUTH=\S*", "", arg))


class Handler:
    def __init__(self, is_implicit, lines=None, is_brief=False):
        self.is_implicit = is_implicit
        self.is_brief = is_brief
        self.lines = lines
        self.connections = 0
        self.seen = set()
        self.silent_at = ""

    def tell(self, **event):
        self.lines.write(json.dumps(event) + "\n")
        self.lines.flush()

    async def silence(self, stage):
        if self.silent_at == stage:
            self.tell(event="silent", stage=stage)
            await asyncio.get_running_loop().create_future()

    async def handle_RCPT(self, server, session, envelope, address, options):
        verb, first, argument = self.wish(address)
        if not self.is_brief:
            self.tell(event="recipient", to=address)
        await self.silence("RCPT")
        if verb == "says" or verb == "once" and first:
            return f"{argument} {argument[0]}.7.1 <{address}>: as you wish"
        if verb == "cut":
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server, session, envelope):
        verb, first, argument = self.wish(envelope.rcpt_tos[0])
        if verb == "data":
            return f"{argument} {argument[0]}.6.0 as you wish"
        self.tell(
            event="message", connection=self.connections, sender=envelope.mail_from,
            to=envelope.rcpt_tos, isEncrypted=session.ssl is not None or self.is_implicit,
            isAuthenticated=bool(session.authenticated),
            content="" if self.is_brief
            else base64.b64encode(envelope.original_content).decode())
        await self.silence("dot")
        if verb == "vanish" and (argument != "once" or first):
            server.transport.abort()
        if verb == "stall":
            await asyncio.sleep(3600)
        if verb == "leave":
            server.loop.call_soon(server.loop.call_soon, server.transport.close)
        return "250 2.0.0 Ok: queued as 4711"

    def wish(self, address):
        """(verb, whether this is the first time, argument)."""
        first = address not in self.seen
        self.seen.add(address)
        verb, _, argument = address.partition("@")[0].partition("+")[0].partition("-")
        if verb == "once":
            # RCPT is asked before DATA is: only the former may be the first.
            return verb, first, argument
        return verb, first or verb == "vanish" and not self.again(address), argument

    def again(self, address):
        key = ("data", address)
        known = key in self.seen
        self.seen.add(key)
        return known


def make_server(
        loop, handler, security="none", certificate=None, key=None, user=None, password=None, port=0):
    """A listening server on a port of the system's choice, unless told one that it had before."""
    context = None
    if security != "none":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)

    def authenticate(server, session, envelope, mechanism, data):
        good = isinstance(data, LoginPassword) and (
            data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=good, handled=False if not good else True)

    def protocol():
        return Recorder(
            handler, hostname="mail.test", loop=loop,
            tls_context=context if security == "startTLS" else None,
            require_starttls=security == "startTLS",
            authenticator=authenticate if user else None, auth_required=bool(user),
            # The library does not know that all of an implicit connection is encrypted.
            auth_require_tls=security == "startTLS")

    return loop.run_until_complete(
        loop.create_server(
            protocol, "127.0.0.1", port, ssl=context if security == "tls" else None))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--security", choices=["none", "startTLS", "tls"], default="none")
    for option in ("--certificate", "--key", "--user", "--password"):
        parser.add_argument(option)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--brief", action="store_true", help="tell that a message came, not what it said")
    options = vars(parser.parse_args())
    handler = Handler(options["security"] == "tls", sys.stdout, options.pop("brief"))
    loop = asyncio.new_event_loop()
    server = make_server(loop, handler, **options)
    handler.tell(event="listening", port=server.sockets[0].getsockname()[1])

    def fall_silent(stage):
        handler.silent_at = stage
        handler.tell(event="heard", stage=stage)

    def follow():
        for line in sys.stdin:
            loop.call_soon_threadsafe(fall_silent, line.strip())
        loop.call_soon_threadsafe(loop.stop)

    threading.Thread(target=follow, daemon=True).start()
    loop.run_forever()


if __name__ == "__main__":
    main()
