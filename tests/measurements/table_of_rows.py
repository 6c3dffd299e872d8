"""The rows of a measurement as the table that its check reads."""

from types import SimpleNamespace

import numpy as np


def table(rows) -> SimpleNamespace:
    """The columns of a measurement's rows, as the runner logs them: NaN where a row has none."""
    rows = list(rows)
    columns = dict.fromkeys(column for row in rows for column in row)
    return SimpleNamespace(**{column: np.array([row.get(column, np.nan) for row in rows], float) for column in columns})
