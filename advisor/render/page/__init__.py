"""The report as a page: one file that needs nothing from elsewhere, no script, and little room."""
