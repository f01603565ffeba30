"""The command line: what operators, scripts and people without a browser use."""
