"""From a float model to an integer one, by what it does on some data."""
