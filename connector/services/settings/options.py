"""What an admin can choose from: the fields and groups of the LMS, the attributes and custom fields of Paycor."""

from collections.abc import Mapping, Sequence
from contextlib import closing

from connector.core.model.account import Field, Group
from connector.core.model.attributes import CUSTOM, Attribute, offered
from connector.core.model.operation import GROUP
from connector.core.model.settings import ListVersion
from connector.core.ports.optional import SupportsGroups
from connector.errors import HostError
from connector.paycor.records import custom_fields
from connector.services.connection.require import require_connection
from connector.store import audit
from connector.store import settings as stored_settings
from connector.store.connection import connections, legal_entities
from connector.store.tables.connection import Connection
from connector.wiring import Wiring


class SettingOptions:
    """Reads what one portal at a time offers."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._lms = wiring.lms
        self._database = wiring.database
        self._clock = wiring.clock

    def fields(self, portal_id: str) -> Sequence[Field]:
        """The custom user data fields that the portal has now, in the order of the LMS."""
        return self._lms.host(portal_id).fields()

    def groups(self, portal_id: str) -> Sequence[Group]:
        """The groups that rules can fill; empty where the LMS does not let the connector fill any."""
        host = self._lms.host(portal_id)
        return host.groups() if isinstance(host, SupportsGroups) else ()

    def labels(self, portal_id: str) -> Mapping[str, str]:
        """The LMS's names of its fields, by key, and of its groups, by the name that operations use.

        Empty when the LMS does not answer: a page or file then shows keys, but it is shown.
        """
        try:
            fields = {field.key: field.label for field in self.fields(portal_id)}
            return fields | {GROUP + group.group_id: group.name for group in self.groups(portal_id)}
        except HostError:
            return {}

    def attributes(self, portal_id: str) -> tuple[Attribute, ...]:
        """The attributes that can be mapped: the catalogue, and the custom fields found at the portal's Paycor."""
        with self._database.reading() as session:
            row = connections.of_portal(session, portal_id)
            return offered(ListVersion.V1) if row is None else _offered(row)

    def has_searched(self, portal_id: str) -> bool:
        """Whether an admin has searched the portal's Paycor for custom fields yet."""
        with self._database.reading() as session:
            row = connections.of_portal(session, portal_id)
            return row is not None and row.custom_fields is not None

    def find_custom_fields(self, portal_id: str, viewer_id: str | None) -> int:
        """Read the names of the custom fields at Paycor and save them; returns how many there are.

        A mapped field stays, even if no employee that was read has a value for it. Raises a SourceError, such as
        SourceForbidden, and then changes nothing.
        """
        with self._database.reading() as session:
            row = require_connection(session, portal_id)
            entity_ids = legal_entities.ids_of_connection(session, row.id)
        with closing(self._wiring.client(row)) as client:
            found = custom_fields.find_custom_fields(client, entity_ids)
        with self._database.writing() as session:
            row = require_connection(session, portal_id, lock=True)
            mapped = {line.attribute for line in stored_settings.mapping(session, row.id)}
            names = {field.name for field in found}
            still_mapped = [one for one in stored_settings.custom_fields(row) if CUSTOM + one.name in mapped]
            missing = [one for one in still_mapped if one.name not in names]
            stored_settings.set_custom_fields(row, [*found, *missing])
            audit.record(session, portal_id, self._clock(), viewer_id, "fields.looked_up", fields=len(found))
        return len(found)


def _offered(row: Connection) -> tuple[Attribute, ...]:
    return offered(stored_settings.policy(row).list_version, stored_settings.custom_fields(row))
