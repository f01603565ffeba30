"""The command line's grammar: verbs, what a word may mean, what is missing. Pure, and the same as the page's.

``tests/line/cases.json`` says what must come out, for both.
"""
