"""What `import advisor` and `import probes` offer, to a reader and to a type checker."""

from pathlib import Path

import pytest

import advisor
import probes


@pytest.mark.parametrize("package", [advisor, probes], ids=lambda package: package.__name__)
def test_a_type_checker_is_told_that_there_are_types(package):
    assert (Path(package.__file__).parent / "py.typed").exists()  # what it then sees is in typed_use.py


@pytest.mark.parametrize("package", [advisor, probes], ids=lambda package: package.__name__)
def test_what_is_exported_is_there_and_nothing_else(package):
    assert all(getattr(package, name) is not None for name in package.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'diagnoze'"):
        package.diagnoze  # noqa: B018
