"""Headless Chromium, driven over its debugging pipe: JSON messages that each end in a zero byte."""

import base64
import fcntl
import json
import os
import shutil
import subprocess
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
APART = 10  # pipes get numbers from here, as Chromium reads from 3 and writes to 4
SECONDS = 60


def high(fd):
    number = fcntl.fcntl(fd, fcntl.F_DUPFD, APART)
    os.close(fd)
    return number


class Browser:
    """One page of a browser of its own.

    Attributes:
        said: errors and warnings that the page printed or caused, in order.
    """

    def __init__(self, profile):
        reads, ours_out = map(high, os.pipe())
        ours_in, writes = map(high, os.pipe())
        command = [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-extensions",
            "--no-first-run", f"--user-data-dir={profile}", "--remote-debugging-pipe",
            "about:blank",
        ]  # fmt: skip
        redirected = f'exec "$@" 3<&{reads} 4>&{writes}'
        self.process = subprocess.Popen(
            ["bash", "-c", redirected, "bash", *command], pass_fds=(reads, writes),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(reads)
        os.close(writes)
        self.out, self.into = os.fdopen(ours_out, "wb"), os.fdopen(ours_in, "rb")
        self.number, self.session, self.said = 0, None, []
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(t["targetId"] for t in targets if t["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(SECONDS)
        self.out.close()
        self.into.close()

    def call(self, method, **params):
        """Call a method of the protocol; what it gives."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        self.out.write(json.dumps(message).encode() + b"\0")
        self.out.flush()
        while (answer := self.message()).get("id") != self.number:
            self.note(answer)
        assert "error" not in answer, (method, answer["error"])
        return answer["result"]

    def message(self):
        text = b""
        while not text.endswith(b"\0"):
            byte = self.into.read(1)
            assert byte, "the browser ended"
            text += byte
        return json.loads(text[:-1])

    def note(self, event):
        """Keep what the page says in its console, and what went wrong in it."""
        kind, params = event.get("method"), event.get("params", {})
        if kind == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning"):
            self.said.append(str(params["args"]))
        elif kind == "Runtime.exceptionThrown":
            self.said.append(str(params["exceptionDetails"]))
        elif kind == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.said.append(params["entry"]["text"])

    def open(self, path, fragment=""):
        """Show a file, and wait until it is loaded."""
        self.call("Page.navigate", url="about:blank")  # a new fragment alone would load nothing
        self.call("Page.navigate", url=f"{Path(path).resolve().as_uri()}#{fragment}")
        while self.run("document.readyState + location.protocol") != "completefile:":
            pass

    def show_as(self, width, height=900, scheme="light"):
        """Give the page a width in pixels, and the reader's wish for light or dark."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)  # fmt: skip
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": scheme}])  # fmt: skip

    def run(self, expression):
        """The value of an expression of JavaScript, as JSON has it; promises are awaited."""
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                          awaitPromise=True)  # fmt: skip
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def picture(self, path):
        """Write what is seen of the whole page as PNG."""
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        Path(path).write_bytes(base64.b64decode(shot["data"]))
