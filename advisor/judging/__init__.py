"""Problems seen, causes weighed, one change first."""
