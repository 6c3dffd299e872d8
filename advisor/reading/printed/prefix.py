"""What loggers and launchers put before a line: the time, the level, the rank, the place in the source."""

import re
from datetime import datetime
from functools import lru_cache

DATE = r"(?P<year>\d{4})[-/.](?P<month>\d\d)[-/.](?P<day>\d\d)|(?P<us_month>\d\d)/(?P<us_day>\d\d)/(?P<us_year>\d{4})"
CLOCK = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?"
TIME = re.compile(rf"(?:{DATE})[T _,-]{{1,3}}{CLOCK}")
LEVEL = r"(?:DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|FATAL)"
SAYS = "node|epochs?|ep|steps?|iter|iteration|batch|loss|train|training|val|valid|validation|eval|dev|test"  # no logger's name
PREFIX = re.compile(
    rf"""\s*(?:(?:
        # 2024-01-02 03:04:05,678 and [01/02 03:04:05 d2.utils.events]
        [\[(<]? (?:\d{{4}}[-/.]\d\d[-/.]\d\d|\d\d/\d\d(?:/\d\d(?:\d\d)?)?) [T\ _,-]{{1,3}} \d\d:\d\d(?::\d\d)?(?:[.,]\d+)?
            (?:\ ?(?:Z|UTC|[+-]\d\d:?\d\d)\b)? (?:\ (?!(?:{SAYS})\b(?!\.py\b))[a-zA-Z_][\w.]*)? (?:,\ rank\ \d+)? (?:\ <[\w.]+>)? [\])>]?
      | [\[(]? \d\d:\d\d:\d\d (?:[.,]\d+)? [\])]?
      | \[? (?:rank|default|local_rank|gpu|worker|proc|process|node) [\ _=:\#\[-]? \d+ \]? (?=[\s:\]|>-]|$)
      | \[\d+,\d+\]<std(?:out|err)>
      | \[?{LEVEL}\]? (?=[\s:|\]\[-]|$)
      | \(\w+\ (?:rank=\d+,\ )?pid=\d+[^()]*\)
      | [IWEF]\d{{4}}\ \d\d:\d\d:\d\d\.\d+ \s+ \d+ (?:\s\S+)? \]?    # as absl writes
      | [\[(]? [\w./<>-]+\.(?:py|cpp|cc|cu) (?::|\ (?=\d+\)))\d+ [\])]?
      | \d{{1,4}}:\ (?=\s*[A-Za-z\[{{])    # as srun --label writes
    )[\s:|>-]*)+""",
    re.VERBOSE | re.IGNORECASE,
)


def stripped(text: str) -> str:
    """The line without its prefixes, and without the white space around it."""
    match = PREFIX.match(text)
    return text[match.end() :].strip() if match else text.strip()


def time_of(text: str) -> float:
    """Seconds since the epoch by the date and time near the start of a line, in this machine's time; NaN where it tells none."""
    match = TIME.search(text, 0, 60)
    if not match:
        return float("nan")
    year, month, day, us_month, us_day, us_year, hour, minute, second, fraction = match.groups()
    night = midnight(int(year or us_year), int(month or us_month), int(day or us_day))
    return night + 3600 * int(hour) + 60 * int(minute) + int(second) + float(f"0.{fraction or 0}")


@lru_cache
def midnight(year: int, month: int, day: int) -> float:
    """Seconds since the epoch when a day begins in this machine's time; NaN where there is no such day."""
    try:
        return datetime(year, month, day).timestamp()
    except ValueError:
        return float("nan")
