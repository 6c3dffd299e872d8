"""Scripts ridden in a thread of the test's own process, which is quick; a few tests ride in a process of its own, as a probe does."""

import contextlib
import os
import sys
import threading

from probes.probing.recipes import Script
from probes.process.channel import Channel
from probes.process.remote_training import RemoteTraining


class InThread(RemoteTraining):
    """A Remote whose other end is a thread here."""

    def start(self):
        there, here = [os.pipe() for _ in range(2)]
        self.channel = Channel(os.fdopen(here[0], "rb"), os.fdopen(there[1], "wb"))
        other = Channel(os.fdopen(there[0], "rb"), os.fdopen(here[1], "wb"))
        self.process = self.thread = threading.Thread(target=self.run, args=(other,))
        self.thread.start()
        self.opened = self.channel.receive().value_or_raise()

    def run(self, other):
        with contextlib.suppress(SystemExit):
            try:
                self.recipe.serve(other)
            finally:
                other.source.close()
                other.sink.close()

    def ended(self):
        return "its thread ended"

    def close(self):
        self.process = None
        self.channel.sink.close()
        self.thread.join(20)
        self.channel.source.close()
        assert not self.thread.is_alive()


@contextlib.contextmanager
def riding(path, *arguments, **options):
    """The training of this script."""
    before = sys.argv[:], sys.path[:], sys.modules["__main__"]
    training = None
    try:
        training = InThread(Script(path, tuple(map(str, arguments)), safely=False, **options))
        yield training
    finally:
        if training is not None:
            training.close()
        sys.argv[:], sys.path[:], sys.modules["__main__"] = before
