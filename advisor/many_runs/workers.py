"""Who works: processes of this machine, or a Dask or Ray cluster. Each promises a result, and no more is asked of them."""

import contextlib
import logging
import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any
from weakref import WeakSet

from advisor.errors import AdvisorError
from advisor.lifeline import end_with

TIMEOUT = 10  # seconds to reach a cluster
SAFE_PATH = "PYTHONSAFEPATH"
OF_TERMINALS = [getattr(signal, name) for name in ("SIGINT", "SIGHUP") if hasattr(signal, name)]
GRACE = 1  # seconds for work that nobody waits for any longer to end by itself
Submit = Callable[..., Any]  # of a function and its arguments; gives something with a result()


class Backend(StrEnum):
    """Where the workers are: processes of this machine, or those of a cluster."""

    local = "local"
    dask = "dask"
    ray = "ray"


@dataclass(frozen=True)
class Workers:
    """Who works: as many processes of this machine as `jobs` (None: one for each core), or a cluster at an address.

    On a cluster `jobs` is for how many workers there is always work under way; None is one for each core that it tells of.

    Raises
    ------
    AdvisorError
        There is an address, but no word on which kind of cluster is there.
    """

    jobs: int | None = None
    backend: Backend = Backend.local
    address: str | None = None

    def __post_init__(self) -> None:
        if self.address and self.backend is Backend.local:
            raise AdvisorError("--address is where a cluster is: say which kind, --backend dask or --backend ray.")


def death() -> tuple[type[BaseException], ...]:
    """What is raised where a worker died."""
    dask, ray = sys.modules.get("distributed"), sys.modules.get("ray")
    return (BrokenProcessPool, *([dask.KilledWorker] if dask else ()), *([ray.exceptions.WorkerCrashedError] if ray else ()))


@contextlib.contextmanager
def _local(workers: Workers) -> Iterator[tuple[Submit, int]]:
    """Processes of this machine; after one died, new ones."""
    from multiprocessing import resource_tracker

    from joblib import cpu_count
    from joblib.externals.loky import get_reusable_executor
    from joblib.externals.loky.backend import resource_tracker as loky_tracker

    count = workers.jobs or cpu_count()
    processes = partial(get_reusable_executor, count, initializer=_begin_work, initargs=(os.getpid(),))
    promised: WeakSet[Future] = WeakSet()

    def submit(*call: Any) -> Future:
        with _terminal_kept_off():  # it is at any call that one may have to be replaced
            promised.add(future := processes().submit(*call))
        return future

    try:
        with _safe_path():
            for ensure_running in (resource_tracker.ensure_running, loky_tracker.ensure_running):
                with _terminal_kept_off():  # each by itself, for at its end it lets through what was blocked
                    ensure_running()
            yield submit, count
    finally:
        late = wait([future for future in promised if not future.cancel()], GRACE).not_done
        processes().shutdown(kill_workers=bool(late))


@contextlib.contextmanager
def _safe_path() -> Iterator[None]:
    """Every Python that is started in here, joblib's trackers included, looks for no module in the current folder: logs lie there."""
    before = os.environ.get(SAFE_PATH)
    os.environ[SAFE_PATH] = "1"
    try:
        yield
    finally:
        os.environ.pop(SAFE_PATH)
        if before is not None:
            os.environ[SAFE_PATH] = before


def _begin_work(parent: int) -> None:
    """Prepare a process that works for the one with this id."""
    end_with(parent)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    _ignore_what_a_terminal_sends()


def _ignore_what_a_terminal_sends() -> None:
    """Ctrl-C and the end of a terminal go to every process of it; they are for the one that began the work to end it."""
    for number in OF_TERMINALS:
        signal.signal(number, signal.SIG_IGN)


@contextlib.contextmanager
def _terminal_kept_off() -> Iterator[None]:
    """Processes that are started in here get nothing that a terminal sends, from their first moment; what this one gets, it gets later."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, OF_TERMINALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _dask(workers: Workers) -> Iterator[tuple[Submit, int]]:
    if not workers.address:
        raise AdvisorError("--backend dask needs the address of a scheduler, as in --address tcp://10.0.0.1:8786")
    try:
        from distributed import Client
    except ImportError:
        raise AdvisorError('--backend dask needs Dask: pip install "training-advisor[dask]"') from None
    try:
        client = Client(workers.address, timeout=TIMEOUT)
    except (OSError, ValueError) as error:
        raise AdvisorError(f"there is no Dask scheduler at {workers.address}: {error}") from None
    with client, _reached(workers):
        yield lambda *call: client.submit(*call, pure=False), workers.jobs or max(sum(client.ncores().values()), 1)


@contextlib.contextmanager
def _ray(workers: Workers) -> Iterator[tuple[Submit, int]]:
    """One that is there: the workers of one that we started would look for modules in the current folder, where logs lie."""
    if not workers.address:
        raise AdvisorError("--backend ray needs the address of a cluster, as in --address ray://10.0.0.1:10001 or --address auto")
    try:
        import ray
    except ImportError:
        raise AdvisorError('--backend ray needs Ray: pip install "training-advisor[ray]"') from None
    try:
        ray.init(workers.address, logging_level=logging.ERROR, log_to_driver=False)
    except (OSError, ValueError) as error:
        raise AdvisorError(f"there is no Ray cluster at {workers.address}: {error}") from None
    try:
        remote = ray.remote(max_retries=0)(_called)
        with _reached(workers, ray.exceptions.RayError):
            yield lambda *call: remote.remote(*call).future(), workers.jobs or max(int(ray.cluster_resources().get("CPU", 1)), 1)
    finally:
        ray.shutdown()


@contextlib.contextmanager
def _reached(workers: Workers, failure: type[Exception] = OSError) -> Iterator[None]:
    """What a cluster may fail with, in a sentence."""
    cluster = f"the {workers.backend.value} cluster at {workers.address}"
    try:
        yield
    except (OSError, CancelledError, ModuleNotFoundError, failure) as error:
        reason = str(error).strip().rpartition("\n")[2]
        hint = ": install training-advisor on its workers too" if "No module named" in reason else ""
        raise AdvisorError(f"{cluster} failed ({reason}){hint}.") from None


def _called(function: Callable[..., Any], *given: Any) -> Any:
    return function(*given)


PLACES = {Backend.local: _local, Backend.dask: _dask, Backend.ray: _ray}
