"""Ctrl-C for a command that works on several processes, and what is left of it."""

import os
import signal
import subprocess
import sys
import time

import psutil

INTERRUPTIBLE = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.executable, [sys.executable, "-m", "dispatch", *sys.argv[1:]])
"""
"""What a shell runs in its background has interrupts ignored, and so has all that it starts: undo that."""


def interrupt(*words: str) -> tuple[int, list[str], list[psutil.Process]]:
    """Run ``dispatch`` with these words and ``--processes 2``, and press Ctrl-C once it has begun.

    Answers its exit code, the words that it said, and the processes that it left behind.
    """
    command = [sys.executable, "-c", INTERRUPTIBLE, *words, "--processes", "2"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            here = psutil.Process(process.pid)
            # Two workers and what keeps count of them: the work has begun.
            while len(children := here.children()) < 3:
                assert process.poll() is None
                time.sleep(0.02)
            os.killpg(process.pid, signal.SIGINT)
            _, said = process.communicate(timeout=90)
        finally:
            process.kill()
    _, left = psutil.wait_procs(children, timeout=60)
    return process.returncode, said.split(), left
