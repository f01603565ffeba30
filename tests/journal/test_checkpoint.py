import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dispatch.journal.checkpoint import Checkpoint, Signer, open_note, parse_checkpoint, parse_public_key
from dispatch.model.errors import Invalid
from tests.make_journal import SIGNER

CHECKPOINT = Checkpoint(origin="dispatch-log/e", size=7, root="ab" * 32, extensions=("incident i 3 ff",))


def test_a_signed_checkpoint_opens_with_its_key() -> None:
    assert open_note(SIGNER.sign(CHECKPOINT), SIGNER.public) == CHECKPOINT


def test_the_text_is_origin_size_and_root_one_per_line() -> None:
    """C2SP tlog-checkpoint."""
    root = base64.b64encode(bytes.fromhex("ab" * 32)).decode()
    assert CHECKPOINT.text() == f"dispatch-log/e\n7\n{root}\nincident i 3 ff\n"


def test_every_changed_character_is_found() -> None:
    note = SIGNER.sign(CHECKPOINT)
    for where, character in enumerate(note):
        mutated = note[:where] + chr(ord(character) ^ 1) + note[where + 1 :]
        with pytest.raises(Invalid):
            open_note(mutated, SIGNER.public)


def test_another_key_of_the_same_name_does_not_open_it() -> None:
    other = Signer(SIGNER.public.name, Ed25519PrivateKey.generate())
    with pytest.raises(Invalid):
        open_note(SIGNER.sign(CHECKPOINT), other.public)


def test_a_public_key_survives_being_written_down() -> None:
    text = SIGNER.public.text()
    assert parse_public_key(text).text() == text
    for broken in (text[:-4], text.replace("+", " "), "x" + text, ""):
        with pytest.raises(Invalid):
            parse_public_key(broken)


@pytest.mark.parametrize("text", ["", "a\n", "a\nb\nc\n", "a\n07\nqw==\n", "a\n7\nqw==\n"])
def test_a_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_checkpoint(text)
