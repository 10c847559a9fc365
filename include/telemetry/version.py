"""This code's version; a test compares it with `pyproject.toml`, which is not there where the package is laid over a project."""

VERSION = "0.1.0"
