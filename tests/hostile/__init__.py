"""Logs as nobody should write them, made from ordinary ones: damaged, odd, or meant to harm."""
