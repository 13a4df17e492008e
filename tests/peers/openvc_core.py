"""openvc-core from PyPI: both suites, did:web, Bitstring status lists. It takes one proof, no array."""

from __future__ import annotations

import json
from pathlib import Path

from openvc import VerificationPolicy, verify_credential
from openvc.did.base import DidResolverRegistry
from openvc.did.did_web import DidWebResolver
from openvc.errors import OpenvcError
from openvc.resolvers import default_status_list_resolver
from openvc.status import CredentialRevoked

from issuer.formats import rdfc
from tests.peers.answer import Answer, read

OB3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"


def ask(site: Path, file: Path) -> Answer:
    """What it says of a file. site: a published site in a folder, which stands for the network."""
    contexts = {OB3: rdfc.context(OB3)}
    resolver = DidResolverRegistry([DidWebResolver(lambda url: json.loads(read(site, url)))])
    lists = default_status_list_resolver(resolver=resolver, fetch=lambda url: read(site, url).decode(), extra_contexts=contexts)
    policy = VerificationPolicy(require_status_issuer_binding=True)
    document = json.loads(file.read_bytes())
    try:
        verify_credential(document, policy=policy, resolver=resolver, resolve_status_list=lists, extra_contexts=contexts)
    except CredentialRevoked:
        return Answer(accepted=True, revoked=True)
    except OpenvcError as error:
        return Answer(accepted=False, error=str(error))
    return Answer(accepted=True)
