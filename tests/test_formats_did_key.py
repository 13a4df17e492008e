"""did:key: only Ed25519, only in its one form."""

from __future__ import annotations

import pytest

from issuer.errors import FormatError, UnsupportedError
from issuer.formats import did_key

KEY = "z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH"


def test_the_example_of_the_specification() -> None:
    assert did_key.key(f"did:key:{KEY}") == KEY


@pytest.mark.parametrize("did", ["did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc", "did:key:zQ3shok", "did:key:", "did:key:u7QE"])
def test_keys_of_other_kinds_are_unsupported(did: str) -> None:
    with pytest.raises(UnsupportedError):
        did_key.key(did)


@pytest.mark.parametrize("did", [KEY, "did:web:example.org", f"did:key:{KEY}1", f"did:key:{KEY[:-1]}", f"did:key:{KEY}#{KEY}"])
def test_what_is_no_did_key_is_refused(did: str) -> None:
    with pytest.raises(FormatError) as caught:
        did_key.key(did)
    assert not isinstance(caught.value, UnsupportedError)
