"""The board in a terminal, for the machine without a browser and for scripts.

A client: it knows the wire and the shared words of ``model``, and nothing else of the service. What is
pure (``picture``, ``order``, ``words``, ``line``, ``editor``) is apart from what talks (``rest``, ``link``,
``screen``).
"""
