"""``python -m bench``: every measurement, one after the other, as JSON on standard output."""

import importlib

for name in ("recommend", "fanout", "hostile", "what_if"):
    print(f'"{name}":', flush=True)
    importlib.import_module(f"bench.{name}").main()
