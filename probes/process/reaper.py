"""The program that ends what a process of ours started, once that process is gone: run by its path, and it needs no packages.

Its standard input, a pipe, comes to its end when the process that holds the other end does, however it dies. Each line of it is a sign
and a process id: `+` for one that is to end then, with all that it started, and `-` for one that has ended.
"""

import contextlib
import os
import signal
import sys
import time

ROUNDS = 20  # of looking for what was started meanwhile
PARTING = 0.5  # seconds for those that remove a folder once the process is gone


def main() -> None:
    """Read until nobody writes any more, then end what is left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    watched: set[int] = set()
    for line in sys.stdin:
        (watched.add if line[0] == "+" else watched.discard)(int(line[1:]))
    for process in watched:
        end(process)


def end(process: int) -> None:
    """Kill a process, and a little later all its descendants, and its session where it leads one."""
    found = family(process)
    killed({process})
    time.sleep(PARTING)
    for _ in range(ROUNDS):
        if not killed(found):
            return
        found = family(process)


def killed(processes: set[int]) -> set[int]:
    """Kill these processes; those that were there to be killed."""
    there = set()
    for one in processes & living()[0].keys():
        with contextlib.suppress(OSError):
            os.kill(one, signal.SIGKILL)
            there.add(one)
    return there


def family(process: int) -> set[int]:
    """The process, those it or its descendants started, and those of the session it leads; as far as the system tells."""
    parents, sessions = living()
    found = {one for one, session in sessions.items() if session == process} | ({process} & parents.keys())
    while more := {one for one, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def living() -> tuple[dict[int, int], dict[int, int]]:
    """The parent and the session of each process that is no zombie."""
    parents, sessions = {}, {}
    for one, state, parent, session in listed():
        if state not in "ZX":
            parents[one], sessions[one] = parent, session
    return parents, sessions


def listed():
    """Process id, state, parent and session of every process: from Linux's /proc, elsewhere as `ps` lists them."""
    if os.path.exists("/proc/self/stat"):
        for name in os.listdir("/proc"):
            if name.isdigit():
                try:
                    with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                        state, parent, _, session = file.read().rpartition(")")[2].split()[:4]
                except OSError:
                    continue
                yield int(name), state, int(parent), int(session)
        return
    for line in os.popen("ps -A -o pid=,stat=,ppid=,pgid="):  # a leader of a session leads the group of its first process too
        one, state, parent, group = line.split()
        yield int(one), state[0], int(parent), int(group)


if __name__ == "__main__":
    main()
