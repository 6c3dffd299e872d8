"""Which files lie below a place that is elsewhere: a web server's pages and a bucket's listing may go on for ever."""

import time
from functools import partial
from typing import Any

MOST_FOLDERS, MOST_FILES, LONGEST = 10_000, 1_000_000, 300  # asked for, named, and seconds, of one listing
MARKS = ("ETag", "etag", "LastModified", "Last-Modified", "mtime", "updated")  # of which the first that is told changes with the file
NOTHING: dict[str, Any] = {}  # is told of most files by web servers


def told_of(entry: dict[str, Any]) -> dict[str, Any]:
    """What is kept of what a listing tells of a file: a survey has many."""
    return {name: entry[name] for name in ("size", *MARKS) if entry.get(name) is not None} or NOTHING


def crawled(fs: Any, root: str) -> dict[str, dict]:
    """Every file that a web server's pages name, page by page, each with what is told of it.

    Raises
    ------
    OSError
        There are too many, or it never ends to name more.
    """
    found: dict[str, dict] = {}
    folders, began, asked = [root], time.monotonic(), set[str]()
    while folders:
        if len(asked) >= MOST_FOLDERS or len(found) > MOST_FILES or time.monotonic() - began > LONGEST:
            raise more_than(f"{MOST_FOLDERS:,} folders, ")
        asked.add(folder := folders.pop())
        for entry in fs.ls(folder, detail=True):
            name = entry["name"].rstrip("/")
            if entry.get("type") == "directory" and name not in asked:
                folders += [name] * name.startswith(f"{root}/")
            elif entry.get("type") != "directory":
                found[name] = told_of(entry)
    return found


def listed(fs: Any, root: str) -> dict[str, dict]:
    """Every file of a bucket below a name, each with what is told of it.

    All but s3fs and gcsfs are bounded by their time alone, and what is no network at all, as `memory://`, by nothing.

    Raises
    ------
    OSError
        There are too many, or the listing does not end.
    """
    if not fs.async_impl:
        return kept(fs.find(root, detail=True))
    most = {"max_items": MOST_FILES + 1} if "s3" in fs.protocol else {}
    if "gs" in fs.protocol:
        bound_pages(fs)
    try:
        found = fs.find(root, detail=True, timeout=LONGEST, **most)
    except TimeoutError:
        raise more_than() from None
    if len(found) > MOST_FILES:
        raise more_than()
    return kept(found)


def bound_pages(fs: Any) -> None:
    """Let gcsfs ask for no more than so many files: its `find` passes no bound on to what it asks by, which knows one."""
    if pages := getattr(type(fs), "_do_list_objects", None):
        fs._do_list_objects = partial(pages, fs, max_results=MOST_FILES + 1)


def kept(found: dict[str, dict]) -> dict[str, dict]:
    """Of each file what is kept."""
    return {name: told_of(found.pop(name)) for name in [*found]}


def more_than(folders: str = "") -> OSError:
    """What is said of a listing without an end."""
    return OSError(f"it holds more than can be listed in {folders}{MOST_FILES:,} files or {LONGEST} seconds: name a folder below it")
