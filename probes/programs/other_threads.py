"""The threads that a program started and that Python waits for before it ends."""

import threading
import time
from concurrent.futures.thread import _threads_queues


def wait_for_others_than(before: set[threading.Thread]) -> None:
    """As Python does before it ends; the threads of a pool are told to end first, so there is nothing to wait for."""
    while others := [t for t in threading.enumerate() if not (t in before or t.daemon or t in _threads_queues)]:
        for thread in others:
            if thread.ident is None:  # about to be started
                time.sleep(0.01)
            else:
                thread.join()
