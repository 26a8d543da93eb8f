"""Who may see what: permissions of the scope, and the legal entities the activation covers."""

from connector.sandbox.paycor import answers
from connector.sandbox.paycor.entity import EntityFeed
from connector.sandbox.paycor.state import grant, sandbox


def covered_entities() -> list[int]:
    """The ids of the legal entities the activation covers: all of the tenant whose user consented."""
    return [entity.id for entity in sandbox().company(grant().tenant_id).tenant.entities]


def require(permission: str) -> None:
    """Raises Refusal (403) when the scope lacks a permission."""
    if not sandbox().may(grant(), permission):
        raise answers.forbidden(f"This Access Token does not have the permission '{permission}'.")


def feed_of(legal_entity_id: int) -> EntityFeed:
    """A legal entity's feed. Raises Refusal (403) when the activation does not cover it."""
    feed = sandbox().feed(legal_entity_id)
    if feed is None or legal_entity_id not in covered_entities():
        raise answers.wrong_entity(legal_entity_id)

    return feed


def allowed_includes(includes: frozenset[str], needed: dict[str, str]) -> frozenset[str]:
    """The blocks that may be sent. A missing permission refuses the call, or drops the block, by switch."""
    missing = sorted(name for name in includes if not sandbox().may(grant(), needed[name]))
    if missing and sandbox().switches.missing_include == "403":
        require(needed[missing[0]])

    return includes.difference(missing)
