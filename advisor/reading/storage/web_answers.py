"""What a web server may answer to one request: so many bytes, in so many seconds."""

from functools import cache
from typing import Any

MOST = 64 << 20  # bytes of a page or of a block of a file; what is not asked for in blocks is read as it comes, and bounded there
LONGEST = 300  # seconds


@cache
def bounds() -> dict[str, Any]:
    """How a session of aiohttp's has to be made for answers that end.

    Raises
    ------
    ImportError
        It is not installed.
    """
    import aiohttp

    class Answer(aiohttp.ClientResponse):
        """An answer that is read whole, or not at all where it is too long."""

        async def read(self) -> bytes:
            if self._body is None:
                parts, size = [], 0
                async for part in self.content.iter_any():
                    parts.append(part)
                    size += len(part)
                    if size > MOST:
                        self.close()
                        raise OSError(f"it sends more than {MOST >> 20} MiB at once")
                self._body = b"".join(parts)
            return self._body

    return {"response_class": Answer, "timeout": aiohttp.ClientTimeout(total=LONGEST)}
