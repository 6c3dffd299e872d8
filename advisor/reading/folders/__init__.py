"""The folders below a path: walked, named, put together where one run lies in several, and read."""
