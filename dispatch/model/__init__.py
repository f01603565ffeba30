"""The shared words: values that every other package speaks in. No I/O, no clock but the port."""
