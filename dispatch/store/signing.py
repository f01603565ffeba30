"""The deployment's signing key: a file that only the service may read, never a row in the database."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from dispatch.journal.checkpoint import Signer
from dispatch.model.errors import Unavailable


def open_signer(path: Path, *, name: str) -> Signer:
    """The signer whose key lies at ``path``; a new one (mode 0600) where there is none yet.

    ``name`` says whose key it is: no space, no plus sign. Raises ``Unavailable`` for a file that is no
    Ed25519 key or that others may read.
    """
    if not path.exists():
        _create(path)
    if path.stat().st_mode & 0o077:
        raise Unavailable(f"{path.name} may be read by others; its mode must be 0600")
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except ValueError as error:
        raise Unavailable(f"{path.name} is no private key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Unavailable(f"{path.name} is no Ed25519 key")
    return Signer(name, key)


def _create(path: Path) -> None:
    """Write a new key beside and link it into place: two workers that start together agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # the other worker's key is the key
    finally:
        draft.unlink()
