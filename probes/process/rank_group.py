"""A script that trains in several processes at once, its ranks: started as torchrun would, asked together, and answering as one training.

Each rank is ridden by itself, in a process of its own, and gets the same requests in the same order, so that they stay in step. Batch size
and number of examples are those of all ranks together; a loss is the mean over them, a time that of the slowest. Where one does not answer,
all are ended in the end, and it is said where they stood.
"""

import contextlib
import os
import queue
import subprocess
import threading
import time
from pathlib import Path
from typing import IO, Any

from probes.process.channel import Channel, Reply, Request
from probes.process.child_process import start_child
from probes.process.combined_answers import combined
from probes.process.hung_ranks import TRACES, Patience, hang_sentence, script_lines, stack_file
from probes.process.rank import RESTARTS
from probes.safety.files import kept_away_note

HERE = "127.0.0.1"
GRACE = 5.0  # seconds that the other ranks have to answer after one has failed
ENDED = "ended"
SIZES = "Batch sizes and the noise scale count the examples of all {count} ranks together; what stands under PyTorch is for one of them."


class Ranks:
    """The processes of the ranks, as one that answers."""

    def __init__(self, count: int, port: int, apart: Any, script: Path, patience: Patience):
        self.count, self.apart, self.device, self.script, self.patience = count, apart, "", script, patience
        self.longest: float | None = None  # seconds that an answer took
        self.replies: queue.Queue[tuple[int, Reply]] = queue.Queue()
        self.stack_files = [stack_file() for _ in range(count)]
        self.processes = [started(rank, count, port, told) for rank, told in enumerate(self.stack_files)]
        self.channels = [Channel(it.stdout, it.stdin) for it in self.processes]  # type: ignore[arg-type]
        for rank in range(count):
            threading.Thread(target=self.listen, args=(rank,), daemon=True).start()

    def listen(self, rank: int) -> None:
        """Queue what this rank sends until it has ended, and then that it has; in a thread of its own."""
        with contextlib.suppress(EOFError, OSError, ValueError):
            while True:
                self.replies.put((rank, self.channels[rank].receive()))
        self.replies.put((rank, Reply(kind=ENDED)))

    def send(self, messages: list[Any]) -> None:
        """Send each rank its message, the first rank's first; what a rank that has ended was to get is lost."""
        for channel, message in zip(self.channels, messages, strict=True):
            with contextlib.suppress(BrokenPipeError):  # that it has ended is heard
                channel.send(message)

    def to(self, request: Request) -> Reply:
        """The one reply of all."""
        if (request.do, request.name) == ("get", "notes"):
            return Reply([*kept_away_note(self.apart), SIZES.format(count=self.count)])
        if not self.device:
            self.send([Request("get", "device")] * self.count)
            self.device = str(self.reply().value)
        if (request.do, request.name) == ("set", "batch_size"):
            request = Request("set", "batch_size", (max(1, int(request.arguments[0]) // self.count),))
        self.send([request] * self.count)
        return self.reply(request)

    def reply(self, request: Request | None = None) -> Reply:
        """Wait for the ranks as long as there is patience; one reply, combined where the request asks for something, else the first's."""
        came, waited = self.answers()
        failed = {rank: reply for rank, reply in came.items() if reply.kind}
        if failed:
            return self.failure(failed)
        if silent := [rank for rank in range(self.count) if rank not in came]:
            lines = script_lines(self.processes, self.stack_files, self.script)
            return Reply(kind="EndedError", text=hang_sentence(silent, self.count, waited, lines, self.script))
        values = [came[rank].value for rank in range(self.count)]
        return Reply(values[0] if request is None or request.do not in ("get", "call") else combined(request.name, values, self.device))

    def answers(self) -> tuple[dict[int, Reply], float]:
        """What came from each rank while there was patience, and how long the others were waited for, since one answered if one did.

        Of a rank that failed and ended that is what it failed with; that it ended is heard next.
        """
        came: dict[int, Reply] = {}
        ended_too: list[int] = []
        asked = begin = time.monotonic()
        until = begin + self.patience.for_all(self.longest)
        while len(came) < self.count:
            try:
                rank, reply = self.replies.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                break
            if rank in came and came[rank].kind:
                ended_too.append(rank)
                continue
            now = time.monotonic()
            if not came:
                begin, until = now, now + self.patience.for_the_others(now - asked)
            came[rank] = reply
            if reply.kind:
                until = min(until, now + GRACE)
        for rank in ended_too:
            self.replies.put((rank, Reply(kind=ENDED)))
        ended = time.monotonic()
        self.longest = max(ended - asked, self.longest or 0.0)
        return came, ended - begin

    def failure(self, failed: dict[int, Reply]) -> Reply:
        """What all failed with, after which they go on; else what ended them all, for they are not in step any more."""
        rank, reply = min(failed.items(), key=lambda it: (it[1].kind != ENDED, "Connection closed" in it[1].text))  # the cause first
        if len(failed) == self.count and {it.kind for it in failed.values()} == {reply.kind} != {ENDED}:
            return reply
        text = self.ending(rank) if reply.kind == ENDED else reply.text if reply.kind == "EndedError" else f"{reply.kind}: {reply.text}"
        return Reply(kind="EndedError", text=f"rank {rank} of {self.count} failed ({text})")

    def ending(self, rank: int) -> str:
        """How this rank's process ended, in words; it is given `PATIENCE` seconds for it."""
        from probes.process.remote_training import PATIENCE, exit_text

        try:
            return exit_text(self.processes[rank].wait(PATIENCE))
        except subprocess.TimeoutExpired:
            return exit_text(None)

    def end(self) -> None:
        """Kill the processes of all ranks, and wait until they are gone."""
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()


def started(rank: int, count: int, port: int, told: IO[str] | None) -> subprocess.Popen:
    """The process of a rank, which waits for its recipe; its environment is what torchrun gives it, and where to tell its place."""
    numbers = {"RANK": rank, "LOCAL_RANK": rank, "GROUP_RANK": 0, "WORLD_SIZE": count, "LOCAL_WORLD_SIZE": count, "MASTER_PORT": port}
    names = {"MASTER_ADDR": HERE, "TORCHELASTIC_USE_AGENT_STORE": "True", "TORCHELASTIC_RUN_ID": "probe", RESTARTS: "0"}
    passed = [] if told is None else [told.fileno()]
    if passed:
        numbers[TRACES] = passed[0]
    environment = {"OMP_NUM_THREADS": "1", **os.environ, **{name: str(number) for name, number in numbers.items()}, **names}
    return start_child(environment, pass_fds=passed)
