"""Curves that were only printed: read where no other log tells of the training."""

from dataclasses import replace

from advisor.reading.folders.folder_tree import Folder, Tree


def fall_back_to_text(tree: Tree) -> None:
    """Make logs of the text files that hold curves, in every folder with no curve logged in it, above it or below it.

    Beside another log a text only repeats what that says, and is asked for failures alone. The one file a user names is read for
    its failures even if it holds no curve.
    """
    logged = [folder.path for folder in tree.folders.values() if any(log.scalars or log.histograms for log in folder.logs)]
    with_logs = {above for path in logged for above in (path, *path.parents)}
    for folder in tree.folders.values():
        if folder.path not in with_logs and not any(path in folder.path.parents for path in logged):
            _take_up(folder, tree)


def _take_up(folder: Folder, tree: Tree) -> None:
    kept = []
    for known, path in folder.beside:
        try:
            log = tree.read(known, path) if getattr(known, "LAST_RESORT", False) else None
        except OSError:
            log = None  # told when it is asked for failures
        if log and (log.scalars or (tree.only_file and log.lines)):
            folder.logs.append(replace(log, format=known.NAME))
            folder.notes += log.lost
            folder.logged = True
        else:
            kept.append((known, path))
    folder.beside = kept
