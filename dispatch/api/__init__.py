"""FastAPI: parse, call one use case, present."""
