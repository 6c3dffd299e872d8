"""Thousands of runs: read, judged and told one by one, over the cores of this machine or a cluster."""
