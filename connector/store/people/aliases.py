"""Person keys that are another person's (rule D25). Plain functions on a session; the caller commits."""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from connector.store.db.sessions import Session
from connector.store.tables.people import PersonAliasRow


def used_keys(session: Session, connection_id: int, person_keys: Collection[str]) -> Mapping[str, str]:
    """The key under which each of these keys is stored; keys that are used themselves are left out."""
    query = select(PersonAliasRow.person_key, PersonAliasRow.used_key).where(
        PersonAliasRow.connection_id == connection_id, PersonAliasRow.person_key.in_(set(person_keys))
    )
    return {row.person_key: row.used_key for row in session.execute(query)}
