"""The two sides of the pages: an LMS of a few values, and a connection service whose Paycor always agrees."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connector.core.model.account import Field, FieldType
from connector.core.model.connection import ConnectionState
from connector.core.ports.host import Host
from connector.core.ports.lms import ChecklistItem, PageLink, Portal, Viewer
from connector.errors import ConsentError, HostUnavailable
from connector.hosts.memory import MemoryHost
from connector.services.connection.connect import ConnectionService
from connector.services.connection.review import Review, ReviewedEntity, ReviewedPermission
from connector.store.tables.connection import Connection, Entity
from connector.wiring import Wiring

FIELDS = (
    Field("job", "Job"),
    Field("start", "Start date", FieldType.DATE),
    Field("region", "Region", FieldType.STRING_CHOICE, choices=("North", "South & West")),
)
ADMIN = Viewer("7", "Ada Admin", frozenset({"hq", "branch", "off"}), frozenset({"hq", "branch", "off"}))
#: Belongs to the portal `hq`, with some permissions only.
HALF_ADMIN = Viewer("8", "Hal Half", frozenset({"hq"}), frozenset())
#: The admin of another portal.
BRANCH_ADMIN = Viewer("9", "Bea Branch", frozenset({"branch"}), frozenset({"branch"}))
#: A pasted application, as the form sends it.
PASTED = {
    "environment": "sandbox",
    "client_id": "c1",
    "client_secret": "s1",
    "subscription_key": "k1",
    "scope": "sc1",
    "refresh_token": "r1",
    "legal_entity_id": "190204",
}


@dataclass
class FakeLms:
    """Two portals, of which `hq` is in New York; `signed_in` is the admin. Unless `is_up`, the host does not answer."""

    base_template: str = "host.html"
    signed_in: Viewer | None = ADMIN
    sign_in: str | None = "/sign-in?next="
    fields: Sequence[Field] = FIELDS
    is_up: bool = True
    memory_host: MemoryHost | None = None
    portals_by_id: Mapping[str, Portal] = field(
        default_factory=lambda: {
            "hq": Portal("hq", "Head Office", "America/New_York"),
            "branch": Portal("branch", "Branch"),
        }
    )

    def viewer(self) -> Viewer | None:
        """The admin who is signed in."""
        return self.signed_in

    def sign_in_url(self, next_url: str) -> str | None:
        """The sign-in page, which leads on to `next_url`."""
        return None if self.sign_in is None else self.sign_in + next_url

    def portal(self, portal_id: str) -> Portal | None:
        """A portal that is switched on."""
        return self.portals_by_id.get(portal_id)

    def portals(self) -> Iterable[Portal]:
        """All portals."""
        return self.portals_by_id.values()

    def host(self, portal_id: str) -> Host:
        """`memory_host`, otherwise an empty one with `fields`."""
        if not self.is_up:
            raise HostUnavailable("The LMS did not answer within 30 seconds. Try again later.")
        return self.memory_host or MemoryHost(fields=self.fields)

    def mail_admins(self, portal_id: str, subject: str, text: str) -> None:
        """Discards the mail."""

    def links(self, portal_id: str, since: datetime) -> Sequence[PageLink]:
        """One page on which to check a sync."""
        return [PageLink("Users created since", "/users?since=" + since.date().isoformat())]

    def checklist(self, portal_id: str) -> Sequence[ChecklistItem]:
        """One item done, one not."""
        return [ChecklistItem("Groups", True, "/groups"), ChecklistItem("Dynamic rules", False, "/rules")]


class FakeConnectionService(ConnectionService):
    """A Paycor that gives every consent; the resulting rows are those of the real service."""

    def __init__(self, wiring: Wiring) -> None:
        super().__init__(wiring)
        self.ready: tuple[str, ...] = ("production", "sandbox")
        self.consents: list[dict[str, str]] = []
        self.pasted: list[Mapping[str, object]] = []
        self.forgotten: list[bool] = []
        self.problem: Exception | None = None
        self.missing = ""

    def redirect_ready(self, environment: str) -> bool:
        """Whether the vendor has an application there."""
        return environment in self.ready

    def begin_consent(
        self, portal_id: str, viewer_id: str, session_key: str, environment: str, redirect_uri: str
    ) -> str:
        """An address at Paycor."""
        self.consents.append(
            {"portal_id": portal_id, "key": session_key, "environment": environment, "uri": redirect_uri}
        )
        return "https://hcm.paycor.example/authorize?state=s1"

    def finish_consent(
        self,
        *,
        claimed_state: str | None,
        code: str | None,
        error: str | None,
        viewer: Viewer,
        session_key: str,
        redirect_uri: str,
    ) -> str:
        """Accepts the consent that began in this browser."""
        consent = self.consents[-1] if self.consents else {"key": "none", "portal_id": ""}
        if error or claimed_state != "s1" or session_key != consent["key"]:
            raise ConsentError("This consent was not started here, or not by you. Press + Connect again.")
        self.consents.pop()
        self._put(consent["portal_id"], "review", "redirect")
        return consent["portal_id"]

    def paste(
        self, portal_id: str, viewer_id: str | None, payload: Mapping[str, object], *, operator: bool = False
    ) -> None:
        """Accepts the secrets, unless there is a `problem`."""
        if self.problem:
            raise self.problem
        self.pasted.append(payload)
        self._put(portal_id, "review", "paste")

    def review(self, portal_id: str) -> Review:
        """Two legal entities and two permissions, one of them possibly missing."""
        return Review(
            "sandbox",
            "paste",
            (ReviewedEntity(190204, 2001, True), ReviewedEntity(190205, 2001, False)),
            (
                ReviewedPermission("View Legal Entity Employees", "Who there is.", True, True),
                ReviewedPermission(
                    "View Legal Entity Employees Status", "Who is employed.", True, not self.missing
                ),
            ),
            is_enough=not self.missing,
        )

    def finish(
        self, portal_id: str, viewer_id: str | None, legal_entity_ids: Sequence[int] | None = None
    ) -> None:
        """Makes the connection active, with these legal entities."""
        row_id = self._put(portal_id, "active", "paste")
        with self._database.writing() as session:
            for number in legal_entity_ids or ():
                session.add(
                    Entity(
                        connection_id=row_id, environment="sandbox", legal_entity_id=number, tenant_id=2001
                    )
                )

    def disconnect(self, portal_id: str, viewer_id: str | None, *, forget: bool) -> None:
        """Ends the connection."""
        self.forgotten.append(forget)
        self._put(portal_id, "disconnected", "paste")

    def _put(self, portal_id: str, state: str, mode: str) -> int:
        with self._database.writing() as session:
            row = session.query(Connection).filter_by(portal_id=portal_id).one_or_none()
            if row is None:
                row = Connection(portal_id=portal_id, environment="sandbox", mode=mode, state=state)
                session.add(row)
            row.state = ConnectionState(state)
            session.flush()
            return row.id
