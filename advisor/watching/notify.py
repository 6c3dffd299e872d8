"""Events sent to an address as they happen: a message for Slack or Discord, plain JSON for any other. The watch never waits for it."""

import contextlib
import json
import queue
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from advisor.errors import AdvisorError
from advisor.watching.events import as_json
from advisor.watching.watched_run import Event
from advisor.wording import clean, duration

TOLD = ("appeared", "went-away", "silent", "goes-on", "failed", "gone")  # what is worth a message; how a run begins is not
SLACK, DISCORD = ("hooks.slack.com",), ("discord.com", "discordapp.com")
PAUSES = (1.0, 5.0, 25.0)  # seconds before another try
ANSWER = 10  # seconds waited for an answer
LAST = 10  # seconds at the end for what is still to be sent
WAITING = 100  # messages; of more the oldest are dropped
LONGEST = 1500  # characters of a message: Discord takes 2000


def address(url: str) -> str:
    """The address, where messages can be sent to it.

    Raises
    ------
    AdvisorError
        It is none of the web.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AdvisorError("--notify wants an address that begins with https:// or http://, as the webhook of a channel has.")
    return url


class Notifier:
    """Sends what happens, in the order it happened, from a thread of its own; what cannot be sent is told once, and given up."""

    def __init__(self, url: str, complain: Callable[[str], None], pauses: Sequence[float] = PAUSES):
        self._url, self._complain, self._pauses = address(url), complain, pauses
        self._host = str(urlsplit(url).hostname)  # all of the address that is ever told: the rest is a secret
        self._waiting: queue.Queue[Event | None] = queue.Queue()
        self._lost, self._why, self._over = False, "", threading.Event()
        self._thread = threading.Thread(target=self._send_all, daemon=True)
        self._thread.start()

    def tell(self, events: Iterable[Event]) -> None:
        """Let those of the events be sent that are worth a message."""
        for event in events:
            if event.kind in TOLD:
                self._put(event)

    def _put(self, event: Event) -> None:
        while self._waiting.qsize() >= WAITING:
            with contextlib.suppress(queue.Empty):
                self._waiting.get_nowait()
        self._waiting.put(event)

    def close(self, message: str) -> None:
        """Tell that the watch ended, and wait a little for what is still to be sent."""
        self._put(Event("ended", message))
        self._waiting.put(None)
        self._thread.join(LAST)
        self._over.set()

    def _send_all(self) -> None:
        while (event := self._waiting.get()) is not None:
            sent = self._sent(event)
            if not sent and not self._lost:
                self._complain(f"{self._host} did not take a message: {self._why}.")
            self._lost = not sent

    def _sent(self, event: Event) -> bool:
        """Whether the message was taken, at one of several tries."""
        request = urllib.request.Request(self._url, body(event, self._host), {"Content-Type": "application/json", "User-Agent": "advisor"})
        for pause in (*self._pauses, None):
            try:
                with urllib.request.urlopen(request, timeout=ANSWER):
                    return True
            except urllib.error.HTTPError as error:
                self._why = f"it answered {error.code}"
                if error.code < 500 and error.code != 429:  # what is wrong with the message stays wrong
                    return False
            except (OSError, ValueError) as error:
                self._why = clean(str(getattr(error, "reason", error)))
            if pause is None or self._over.wait(pause):
                return False
        return False


def body(event: Event, host: str) -> bytes:
    """The message as this host wants it."""
    said = f"{clean(event.run)}: {clean(event.message)}" if event.run else clean(event.message)
    if host in SLACK:
        escaped = said[:LONGEST].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return json.dumps({"text": f"advisor: {escaped}"}).encode()
    if host in DISCORD:
        return json.dumps({"content": f"advisor: {said[:LONGEST]}", "allowed_mentions": {"parse": []}}).encode()
    return as_json(event).encode()


@contextlib.contextmanager
def notifying(url: str | None, complain: Callable[[str], None]) -> Iterator[Callable[[Iterable[Event]], None]]:
    """What takes the events to be sent; nothing is sent where there is no address. At the end it is told that the watch ended."""
    if url is None:
        yield lambda events: None
        return
    notifier, began = Notifier(url, complain), time.monotonic()
    try:
        yield notifier.tell
    finally:
        notifier.close(f"the watch ended after {duration(time.monotonic() - began)}")
