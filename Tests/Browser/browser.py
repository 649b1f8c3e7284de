"""Headless Chromium over its debugging pipe: no driver to install, no port to guess."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

from bookend_lab import until

# A page of ours is a few kilobytes from loopback; only a hung browser takes this long.
ANSWER_SECONDS = 30


class Browser:
    def __init__(self):
        to_browser, self.commands = os.pipe()
        self.answers, from_browser = os.pipe()
        self.profile = tempfile.mkdtemp(prefix="bookend-browser-")
        executable = shutil.which("chromium") or shutil.which("chromium-browser")
        assert executable, "chromium is missing: make test installs it"
        # Chromium reads commands from descriptor 3 and writes answers to 4. Its sandbox needs rights
        # that a build machine may lack; only our own pages are opened.
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{to_browser} 4>&{from_browser}', "browser", executable,
             "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu",
             "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run",
             "--hide-scrollbars", "--lang=en-US",
             f"--user-data-dir={self.profile}", "about:blank"],
            pass_fds=(to_browser, from_browser), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.received = b""
        self.count = 0
        self.events = []

    def page(self, javascript=True):
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)
        session = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        return Page(self, session["sessionId"], javascript)

    def call(self, method, session=None, **parameters):
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + ANSWER_SECONDS
        while True:
            answer = self._next(deadline, method)
            if answer.get("id") == self.count:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]
            self.events.append(answer)

    def _next(self, deadline, what):
        while b"\0" not in self.received:
            ready = select.select([self.answers], [], [], max(0, deadline - time.monotonic()))[0]
            assert ready, f"no answer to {what}"
            chunk = os.read(self.answers, 1 << 20)
            assert chunk, f"the browser died at {what}"
            self.received += chunk
        message, self.received = self.received.split(b"\0", 1)
        return json.loads(message)

    def close(self):
        try:
            self.call("Browser.close")
            self.process.wait(10)
        except (AssertionError, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        os.close(self.commands)
        os.close(self.answers)
        shutil.rmtree(self.profile, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()


class Page:
    """A tab. Clicking and typing go through the mouse and the keyboard, as a person's do."""

    def __init__(self, browser, session, javascript):
        self.browser, self.session = browser, session
        self.call("Page.enable")
        if not javascript:
            self.call("Emulation.setScriptExecutionDisabled", value=True)

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def open(self, url):
        self._load(lambda: self.call("Page.navigate", url=url))

    def reload(self):
        self._load(lambda: self.call("Page.reload"))

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    @property
    def url(self):
        return self.evaluate("location.href")

    @property
    def text(self):
        return self.evaluate("document.body.innerText")

    def has(self, selector):
        return self.evaluate(f"!!document.querySelector({json.dumps(selector)})")

    def click(self, selector, loads=False):
        def press():
            x, y = self._center(selector)
            for kind in ("mousePressed", "mouseReleased"):
                self.call(
                    "Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

        self._load(press) if loads else press()

    def type(self, selector, text):
        self.evaluate(f"document.querySelector({json.dumps(selector)}).value = ''")
        self.click(selector)
        self.call("Input.insertText", text=text)

    def resize(self, width, height, dark=False):
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height,
            deviceScaleFactor=1, mobile=width < 600)
        scheme = "dark" if dark else "light"
        self.call(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": scheme}])

    def screenshot(self, path):
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def _center(self, selector):
        found = json.dumps(selector)
        self.evaluate(f"document.querySelector({found}).scrollIntoView({{block: 'center'}})")
        box = self.evaluate(
            f"(r => [r.x + r.width / 2, r.y + r.height / 2])"
            f"(document.querySelector({found}).getBoundingClientRect())")
        assert box, f"nothing matches {selector}"
        return box

    def _load(self, action):
        """Does something that loads a page, and returns when that page has loaded."""
        self.browser.events.clear()
        action()

        def loaded():
            # Any answer brings the events that came before it; the browser's own, since the page's
            # process may just be changing.
            self.browser.call("Browser.getVersion")
            return any(
                event.get("method") == "Page.loadEventFired"
                and event.get("sessionId") == self.session for event in self.browser.events)

        until(loaded, ANSWER_SECONDS, "the page to load")
