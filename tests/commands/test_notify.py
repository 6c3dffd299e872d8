"""Events sent to a server of ours: in order, in its words, tried again, and never waited for."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from advisor.errors import AdvisorError
from advisor.watching.notify import LONGEST, Notifier, address, body, notifying
from advisor.watching.watched_run import Event

SICK = Event("appeared", "overfitting appeared at step 9: it rose.", "lr-0.3", step=9, problem="overfitting", level="warning")


class Server:
    """Answers with these statuses in turn, the last for ever, and keeps what it was sent."""

    def __init__(self, *statuses):
        self.statuses, self.got, self.hold = list(statuses) or [200], [], threading.Event()
        self.hold.set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                outer.hold.wait(30)
                outer.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(outer.statuses.pop(0) if len(outer.statuses) > 1 else outer.statuses[0])
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/a-secret"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def serve():
    servers = []

    def serving(*statuses):
        servers.append(Server(*statuses))
        return servers[-1]

    yield serving
    for one in servers:
        one.hold.set()
        one.server.shutdown()
        one.server.server_close()


def test_what_happens_is_sent_in_order_and_then_the_end(serve):
    server, complaints = serve(), []
    with notifying(server.url, complaints.append) as send:
        send([Event("began", "began", "x"), SICK])
        send([Event("silent", "nothing new for 5 min", "x")])
    assert [message["event"] for message in server.got] == ["appeared", "silent", "ended"] and not complaints
    assert server.got[0]["problem"] == "overfitting" and server.got[0]["run"] == "lr-0.3" and server.got[0]["schema"] == 1


def test_a_server_that_fails_is_asked_again(serve):
    server, complaints = serve(503, 429, 200), []
    notifier = Notifier(server.url, complaints.append, pauses=(0.0, 0.0))
    notifier.tell([SICK])
    notifier.close("over")
    assert len(server.got) == 4 and not complaints


def test_what_is_refused_is_told_once_and_without_the_secret(serve):
    server, complaints = serve(404), []
    notifier = Notifier(server.url, complaints.append)
    notifier.tell([SICK, SICK])
    notifier.close("over")
    assert complaints == ["127.0.0.1 did not take a message: it answered 404."] and len(server.got) == 3


def test_nobody_is_waited_for_who_does_not_answer(serve):
    server, complaints = serve(), []
    server.hold.clear()
    notifier = Notifier(server.url, complaints.append)
    began = time.process_time()
    for _ in range(1000):
        notifier.tell([SICK])
    assert time.process_time() - began < 5 and not server.got  # of this process: no answer was needed
    server.hold.set()


def test_a_server_that_is_not_there_is_a_sentence():
    complaints = []
    notifier = Notifier("http://127.0.0.1:9/a-secret", complaints.append, pauses=(0.0,))
    notifier.tell([SICK])
    notifier.close("over")
    assert len(complaints) == 1 and "127.0.0.1 did not take a message" in complaints[0] and "secret" not in complaints[0]


@pytest.mark.parametrize("host, key", [("hooks.slack.com", "text"), ("discord.com", "content")])
def test_chats_get_a_message_that_calls_nobody(host, key):
    message = json.loads(body(Event("appeared", "<!channel> rose & fell\x1b[31m" + "x" * 9000, "a"), host))
    assert message[key].startswith("advisor: a: ") and len(message[key]) <= LONGEST + 40 and "\x1b" not in message[key]
    assert "<!" not in message[key] if host == "hooks.slack.com" else message["allowed_mentions"] == {"parse": []}


@pytest.mark.parametrize("url", ["ftp://x", "x", "https://", "file:///etc/passwd"])
def test_an_address_that_is_none(url):
    with pytest.raises(AdvisorError, match="--notify wants an address"):
        address(url)
