"""The first file that a process of ours runs, by its path: `python …/probes/start.py child`, or `… observe PIPE RUN_DIR train.py ARGS`.

With `-m` Python would look for our packages in the current folder first, and find a project's own `probes/`. Here they are taken from
beside this file, and neither Python's path nor PYTHONPATH is changed: what the user's script starts finds what it always finds.
"""

import sys


def main() -> None:
    """Load our two packages from where this file lies, and be what the first argument names."""
    bare = frozenset(sys.modules)
    if not sys.flags.safe_path:
        sys.path[0] = __file__  # where nothing is found: the script's folder is to stand here
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec
    from os.path import dirname

    for name in ("advisor", "probes"):
        spec = PathFinder.find_spec(name, [dirname(dirname(__file__))])
        assert spec is not None and spec.loader is not None
        module = sys.modules[name] = module_from_spec(spec)
        spec.loader.exec_module(module)
    from probes.hooks import own_modules

    own_modules.BARE = bare
    role = sys.argv.pop(1)
    if role == "child":
        from probes.child import main
    else:
        from probes.observe import reported as main
    main()


if __name__ == "__main__":
    main()
