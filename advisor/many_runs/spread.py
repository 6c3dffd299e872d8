"""Work spread over the cores of this machine by joblib's processes, or over a Dask or Ray cluster.

joblib's own Dask backend waits for ever once a worker has died, and its Ray backend cannot give results one by one; all three
can promise a result, and that is all that is asked of them here.
"""

import itertools
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from advisor.many_runs.workers import PLACES, Backend, Submit, Workers, death

CHUNK = 8  # items a worker is sent at a time
AHEAD = 2  # chunks under way for each worker: joblib's processes queue no more, and are killed in peace only where all is queued


@dataclass(frozen=True)
class LostItem:
    """In place of a result: the worker died over this item."""

    reason: str = "the process that read it died (killed, or out of memory)"


def spread(work: Callable[[Any], Any], items: Sequence[Any], workers: Workers) -> Iterator[Any]:
    """What `work` gives for each item, in the order of the items; a worker that dies costs only the item it died over.

    `work` and the items travel to other processes. Only so many items are under way that no worker waits, so results do not pile up.

    Raises
    ------
    AdvisorError
        There is no such cluster, or it went away.
    """
    if workers.backend is Backend.local and workers.jobs == 1:
        yield from map(work, items)
        return
    with PLACES[workers.backend](workers) as (submit, count):
        yield from _in_order(submit, count, work, items)


def _in_order(submit: Submit, count: int, work: Callable[[Any], Any], items: Sequence[Any]) -> Iterator[Any]:
    left = iter([items[i : i + CHUNK] for i in range(0, len(items), CHUNK)])
    under_way = deque((chunk, submit(_each, work, chunk)) for chunk in itertools.islice(left, AHEAD * count))
    while under_way:
        chunk, promised = under_way.popleft()
        try:
            results = promised.result()
        except death():
            results = [_alone(submit, work, item) for item in chunk]
        under_way.extend((chunk, submit(_each, work, chunk)) for chunk in itertools.islice(left, 1))
        yield from results


def _each(work: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
    return [work(item) for item in items]


def _alone(submit: Submit, work: Callable[[Any], Any], item: Any) -> Any:
    try:
        return submit(work, item).result()
    except death():
        return LostItem()
