"""In which formats the command line writes an agreement."""

from enum import StrEnum


class Format(StrEnum):
    """What is written."""

    YAML = "yaml"
    PDF = "pdf"
    NERIS = "neris"
