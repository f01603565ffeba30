"""A demonstration as its own process, for tests that need a whole service."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

PASSWORD = "test-only-password"


@dataclass(frozen=True)
class Demo:
    """A running demonstration."""

    base: str
    borrower: str
    lender: str
    password: str
    data_dir: Path


@contextmanager
def serving(
    bundle: Path,
    data_dir: Path,
    *,
    port: int,
    borrower: str = "harlow",
    lender: str = "cedar",
    calls: bool = False,
) -> Iterator[Demo]:
    """Run ``dispatch demo`` until the block ends. The borrower's units are all called out."""
    command = [sys.executable, "-m", "dispatch", "demo", "--region", str(bundle), "--data-dir", str(data_dir)]
    command += ["--port", str(port), "--password", PASSWORD, "--borrower", borrower, "--lender", lender]
    command.append("--calls" if calls else "--no-calls")
    base = f"http://127.0.0.1:{port}"
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "output.txt").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        try:
            wait_until_ready(base, process, data_dir / "output.txt")
            yield Demo(base=base, borrower=borrower, lender=lender, password=PASSWORD, data_dir=data_dir)
        finally:
            process.terminate()
            process.wait(timeout=20)


def wait_until_ready(base: str, process: subprocess.Popen[bytes], output: Path) -> None:
    """Wait up to a minute for the service to say that it is ready."""
    for _ in range(600):
        if process.poll() is not None:
            raise AssertionError(output.read_text())
        try:
            if httpx.get(f"{base}/readyz", timeout=1).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise AssertionError("not ready after a minute: " + output.read_text())
