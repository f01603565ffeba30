"""With what the command line ends where it is neither done nor refused."""

from typing import Final

CANCELLED: Final = 130
"""What shells expect after Ctrl-C: 128 + SIGINT."""
