from pathlib import Path

import pytest

from dispatch.model.errors import Unavailable
from dispatch.store.signing import open_signer


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "data" / "signing-key.pem"
    first = open_signer(path, name="marlow")
    assert open_signer(path, name="marlow").public.text() == first.public.text()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["signing-key.pem"]


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    open_signer(path, name="marlow")
    path.chmod(0o644)
    with pytest.raises(Unavailable, match="0600"):
        open_signer(path, name="marlow")


def test_a_file_that_is_no_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.touch(mode=0o600)
    with pytest.raises(Unavailable, match="no private key"):
        open_signer(path, name="marlow")
