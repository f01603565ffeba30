"""``python -m dispatch``."""

from dispatch.cli.app import main

if __name__ == "__main__":
    main()
