"""Folders and files that lie elsewhere, at s3://, gs:// or http:// addresses, by as much of pathlib's interface as reading logs takes.

fsspec does the talking. Nothing is copied to this machine: a file is read forward in blocks, and read on from where a former read stopped.
"""

import functools
import io
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from advisor.errors import AdvisorError
from advisor.reading.storage.remote_file import Blocks, as_oserror
from advisor.reading.storage.remote_listing import MARKS, crawled, listed
from advisor.reading.storage.web_answers import bounds

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
EXTRAS = {"s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs", "http": "http", "https": "http"}  # protocol -> the extra that reads it
WEB = {"http", "https"}
TALKATIVE = ("fsspec", "gcsfs", "s3fs", "aiobotocore", "botocore")  # loggers that print tracebacks where nobody listens
BUFFER = 1 << 16


def located(address: "str | Path | Remote") -> Any:
    """A Path, or a Remote where the address names another place than this machine's own folders.

    Raises
    ------
    AdvisorError
        The protocol is unknown, or the package that speaks it is not installed.
    """
    if not isinstance(address, str) or not ADDRESS.match(address):
        return address if isinstance(address, Remote) else Path(address)
    parts = urlsplit(address)
    if parts.scheme.lower() == "file":
        return Path(unquote(parts.path))
    try:
        import fsspec

        web = {"client_kwargs": bounds()} if parts.scheme.lower() in WEB else {}
        fs, key = fsspec.core.url_to_fs(address, use_listings_cache=False, **web)
    except ImportError as error:
        extra = EXTRAS.get(parts.scheme.lower())
        what = f"pip install 'training-advisor[{extra}]'" if extra else str(error)
        raise AdvisorError(f"{parts.scheme}:// addresses need a package that is not installed: {what}.") from error
    except ValueError as error:
        raise AdvisorError(f"{address} cannot be read: {error}. Known are s3://, gs://, http:// and https://.") from error
    except OSError as error:
        raise AdvisorError(f"{address} could not be reached: {error.strerror or error}.") from error
    for name in TALKATIVE:
        logging.getLogger(name).addHandler(logging.NullHandler())
    return Remote(fs, key.rstrip("/"))


def reached(method: Callable) -> Callable:
    """The method, its failures told as an OSError: a place out of reach is to its reader what an unreadable file is."""

    @functools.wraps(method)
    def reaching(self, *args):
        with as_oserror():
            return method(self, *args)

    return reaching


@dataclass(frozen=True, slots=True)
class Remote:
    """A folder or a file of another place; `key` is its name there, `listing` what is known of the files in the same folder."""

    fs: Any
    key: str
    listing: dict[str, dict] = field(default_factory=dict, compare=False, repr=False)

    def __str__(self) -> str:
        return self.fs.unstrip_protocol(self.key)

    def __truediv__(self, name: str) -> "Remote":
        return self._beside(f"{self.key}/{quote(name) if self._quotes else name}")

    def _beside(self, key: str) -> "Remote":
        return Remote(self.fs, key, self.listing)

    @property
    def _quotes(self) -> bool:
        return ADDRESS.match(self.key) is not None  # fsspec strips the protocol of all but web addresses

    def _shown(self, text: str) -> str:
        return unquote(text) if self._quotes else text

    @property
    def name(self) -> str:
        """The last part of the key, as pathlib has it; what a web address quotes is shown plainly."""
        return self._shown(self.key.rpartition("/")[2])

    @property
    def suffix(self) -> str:
        """The ending of the name with its dot, "" where it has none."""
        return PurePosixPath(self.name).suffix

    @property
    def stem(self) -> str:
        """The name without its ending."""
        return PurePosixPath(self.name).stem

    @property
    def parent(self) -> "Remote":
        """The folder above; itself where there is none."""
        above = self.key.rpartition("/")[0]
        return self if not above or above.endswith("/") else self._beside(above)

    @property
    def parents(self) -> tuple["Remote", ...]:
        """The folders above, the nearest first."""
        above = self.parent
        return () if above == self else (above, *above.parents)

    def resolve(self) -> "Remote":
        """Itself: an address leads on from nowhere."""
        return self

    def relative_to(self, root: "Remote") -> PurePosixPath:
        """The way from a folder above to here.

        Raises
        ------
        ValueError
            It does not lie above.
        """
        if self != root and not self.key.startswith(f"{root.key}/"):
            raise ValueError(f"{self} does not lie in {root}")
        return PurePosixPath(self._shown(self.key[len(root.key) + 1 :]))

    @reached
    def exists(self) -> bool:
        """Whether anything is there; OSError where nobody could tell."""
        return self.fs.exists(self.key)

    @reached
    def is_dir(self) -> bool:
        """Whether it is a folder; OSError where nobody could tell."""
        return self.key not in self.listing and self._leads_on()

    @reached
    def is_file(self) -> bool:
        """Whether it is a file; OSError where nobody could tell."""
        return self.key in self.listing or (self.fs.exists(self.key) and not self._leads_on())

    def _leads_on(self) -> bool:
        """Whether it is a folder: of a bucket one key below it tells, where to list them may never end."""
        if self._quotes:
            return self.fs.isdir(self.key)
        try:
            return self.fs.info(self.key)["type"] == "directory"
        except FileNotFoundError:
            return False

    @reached
    def stat(self) -> SimpleNamespace:
        """Its size in bytes, None where the server does not tell, and a mark that changes when it is written to."""
        info = {**self.listing.get(self.key, {}), **self.fs.info(self.key)}
        mark = next((info[name] for name in MARKS if info.get(name)), None)
        return SimpleNamespace(st_size=info.get("size"), st_mtime_ns=mark, st_ino=0)

    def open(self, mode: str = "rb") -> io.BufferedReader:
        """Its bytes from the first on, buffered; there is no other mode. OSError where it could not be opened."""
        return io.BufferedReader(Blocks(self.fs, self.key), BUFFER)

    def walk(self, passed_over: set[str]) -> Iterator[tuple["Remote", list[str]]]:
        """Every folder below and its files' names, in order of names."""
        with as_oserror():
            found = crawled(self.fs, self.key) if self._quotes else listed(self.fs, self.key)
        folders: dict[str, dict[str, dict]] = {self.key: {}}
        for key in sorted(found):
            parts = key[len(self.key) + 1 :].split("/")
            if passed_over.isdisjoint(parts) and not parts[-1].startswith("?"):  # a web server's links that sort its page
                for depth in range(len(parts)):
                    folders.setdefault("/".join([self.key, *parts[:depth]]), {})
                folders["/".join([self.key, *parts[:-1]])][key] = found.pop(key)
        for key in sorted(folders):
            folder = Remote(self.fs, key, folders.pop(key))  # which travels to workers with what is known of its own files alone
            yield folder, [folder._beside(file).name for file in folder.listing]
