"""``python -m bench``: every measurement, one after the other, as JSON on standard output."""

import importlib

for name in (
    "recommend",
    "permits",
    "waves",
    "what_if",
    "fanout",
    "hostile",
    "places",
    "cuts",
    "resume",
    "boards",
    "page",
):
    print(f'"{name}":', flush=True)
    importlib.import_module(f"bench.{name}").main()
