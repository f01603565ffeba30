"""A signed statement of how far the journal goes: who holds one can tell any later rewriting or cut.

Text and signature follow C2SP ``tlog-checkpoint`` and ``signed-note`` (Ed25519), so that other
transparency-log tools can read and cosign it. Our one extension line names where an incident's own
chain ended: ``incident <id> <count> <hash>``.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from dispatch.model.errors import Invalid

_ED25519 = b"\x01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The tree over the first ``size`` entries has this ``root`` (hex). ``origin`` names the log."""

    origin: str
    size: int
    root: str
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """The lines that are signed."""
        root = base64.b64encode(bytes.fromhex(self.root)).decode()
        return "".join(f"{line}\n" for line in (self.origin, str(self.size), root, *self.extensions))


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint whose ``text()`` this is. Raises ``Invalid``."""
    try:
        origin, size, root, *extensions = text.removesuffix("\n").split("\n")
        checkpoint = Checkpoint(
            origin=origin,
            size=int(size),
            root=base64.b64decode(root, validate=True).hex(),
            extensions=tuple(extensions),
        )
    except (ValueError, binascii.Error) as error:
        raise Invalid("checkpoint", "is not a checkpoint's text") from error
    if checkpoint.text() != text or len(checkpoint.root) != 64:
        raise Invalid("checkpoint", "is not written as checkpoints are")
    return checkpoint


def origin_of(epoch: str) -> str:
    """The name of the log that one deployment writes in one epoch."""
    return f"dispatch-log/{epoch}"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Who signs. ``name`` holds no space and no plus sign."""

    name: str
    key: Ed25519PublicKey

    @property
    def hint(self) -> bytes:
        """Four bytes by which a note says which key signed it."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.key.public_bytes_raw()).digest()[
            :4
        ]

    def text(self) -> str:
        """``name+hint+key``, the signed-note form of a verifier key."""
        key = base64.b64encode(_ED25519 + self.key.public_bytes_raw()).decode()
        return f"{self.name}+{self.hint.hex()}+{key}"


def parse_public_key(text: str) -> PublicKey:
    """The key that ``PublicKey.text`` wrote. Raises ``Invalid``."""
    try:
        name, _hint, encoded = text.split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
        key = PublicKey(name, Ed25519PublicKey.from_public_bytes(raw[1:]))
    except (ValueError, binascii.Error) as error:
        raise Invalid("public_key", "is not a verifier key") from error
    if key.text() != text:
        raise Invalid("public_key", "its parts do not belong together")
    return key


class Signer:
    """The deployment's signing key."""

    def __init__(self, name: str, key: Ed25519PrivateKey) -> None:
        self.public = PublicKey(name, key.public_key())
        self._key = key

    def sign(self, checkpoint: Checkpoint) -> str:
        """The signed note: text, empty line, signature line."""
        text = checkpoint.text()
        signature = base64.b64encode(self.public.hint + self._key.sign(text.encode())).decode()
        return f"{text}\n\u2014 {self.public.name} {signature}\n"


def open_note(note: str, key: PublicKey) -> Checkpoint:
    """The checkpoint in a note that ``key`` signed. Raises ``Invalid`` for any other."""
    text, separator, signatures = note.partition("\n\n")
    text += "\n"
    *lines, end = signatures.split("\n")
    if separator and not end and any(_is_signed(text, line, key) for line in lines):
        return parse_checkpoint(text)
    raise Invalid("checkpoint", f"is not signed by {key.name}")


def _is_signed(text: str, line: str, key: PublicKey) -> bool:
    prefix = f"\u2014 {key.name} "
    try:
        raw = base64.b64decode(line.removeprefix(prefix), validate=True)
        # One way to write a signature: base64 has spare bits that a decoder overlooks.
        if line != prefix + base64.b64encode(raw).decode() or raw[:4] != key.hint:
            return False
        key.key.verify(raw[4:], text.encode())
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True
