"""An LMS in a few values, and a Paycor that says yes: what the pages stand between."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connector.core.model.account import Field, FieldType
from connector.core.model.connection import ConnectionState
from connector.core.ports.host import Host
from connector.core.ports.lms import ChecklistItem, PageLink, Portal, Viewer
from connector.errors import ConsentError, HostUnavailable
from connector.hosts.memory import MemoryHost
from connector.services.connection.review import Review, ReviewedEntity, ReviewedPermission
from connector.store.db.sessions import Database
from connector.store.tables.connection import Connection, Entity

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


@dataclass
class FakeLms:
    """Two portals, of which `hq` is in New York; whoever `who` is, is signed in."""

    base_template: str = "host.html"
    who: Viewer | None = ADMIN
    sign_in: str | None = "/sign-in?next="
    fields: Sequence[Field] = FIELDS
    answers: bool = True
    kept: MemoryHost | None = None
    known: Mapping[str, Portal] = field(
        default_factory=lambda: {
            "hq": Portal("hq", "Head Office", "America/New_York"),
            "branch": Portal("branch", "Branch"),
        }
    )

    def viewer(self) -> Viewer | None:
        """Whoever is signed in."""
        return self.who

    def sign_in_url(self, next_url: str) -> str | None:
        """The sign-in, told where to go on."""
        return None if self.sign_in is None else self.sign_in + next_url

    def portal(self, portal_id: str) -> Portal | None:
        """A portal that is switched on."""
        return self.known.get(portal_id)

    def portals(self) -> Iterable[Portal]:
        """All of them."""
        return self.known.values()

    def host(self, portal_id: str) -> Host:
        """The host that is kept, else an empty one whose fields are those given; unless `answers`, it is down."""
        if not self.answers:
            raise HostUnavailable("The LMS did not answer within 30 seconds. Try again later.")
        return self.kept or MemoryHost(fields=self.fields)

    def mail_admins(self, portal_id: str, subject: str, text: str) -> None:
        """Nobody reads it."""

    def links(self, portal_id: str, since: datetime) -> Sequence[PageLink]:
        """Where to confirm a sync."""
        return [PageLink("Users created since", "/users?since=" + since.date().isoformat())]

    def checklist(self, portal_id: str) -> Sequence[ChecklistItem]:
        """One thing done, one not."""
        return [ChecklistItem("Groups", True, "/groups"), ChecklistItem("Dynamic rules", False, "/rules")]


@dataclass
class FakeConnecting:
    """A Paycor that gives every consent, and writes what comes of it where the real service does."""

    database: Database
    ready: tuple[str, ...] = ("production", "sandbox")
    begun: list[dict[str, str]] = field(default_factory=list)
    pasted: list[Mapping[str, object]] = field(default_factory=list)
    forgotten: list[bool] = field(default_factory=list)
    problem: Exception | None = None
    missing: str = ""

    def redirect_ready(self, environment: str) -> bool:
        """Whether the vendor has an application there."""
        return environment in self.ready

    def begin_consent(
        self, portal_id: str, viewer_id: str, session_key: str, environment: str, redirect_uri: str
    ) -> str:
        """An address at Paycor."""
        self.begun.append(
            {"portal_id": portal_id, "key": session_key, "environment": environment, "uri": redirect_uri}
        )
        return "https://hcm.paycor.example/authorize?state=s1"

    def finish_consent(
        self,
        *,
        claimed_state: str,
        code: str | None,
        error: str | None,
        viewer_id: str,
        session_key: str,
        redirect_uri: str,
    ) -> str:
        """Takes the consent that was begun in this very browser, once."""
        begun = self.begun[-1] if self.begun else {"key": "nobody's", "portal_id": ""}
        if error or claimed_state != "s1" or session_key != begun["key"]:
            raise ConsentError("This consent was not begun here, or not by you. Press + Connect again.")
        self._put(begun["portal_id"], "review", "redirect")
        return begun["portal_id"]

    def paste(self, portal_id: str, viewer_id: str, payload: Mapping[str, object]) -> None:
        """Believes the secrets, unless there is a problem with them."""
        if self.problem:
            raise self.problem
        self.pasted.append(payload)
        self._put(portal_id, "review", "paste")

    def review(self, portal_id: str) -> Review:
        """Two legal entities and two rights, of which one may be missing."""
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

    def finish(self, portal_id: str, viewer_id: str, legal_entity_ids: Sequence[int] | None = None) -> None:
        """The connection is active, with these legal entities."""
        row_id = self._put(portal_id, "active", "paste")
        with self.database.writing() as session:
            for number in legal_entity_ids or ():
                session.add(
                    Entity(
                        connection_id=row_id, environment="sandbox", legal_entity_id=number, tenant_id=2001
                    )
                )

    def disconnect(self, portal_id: str, viewer_id: str, *, forget: bool) -> None:
        """It is over."""
        self.forgotten.append(forget)
        self._put(portal_id, "disconnected", "paste")

    def _put(self, portal_id: str, state: str, mode: str) -> int:
        with self.database.writing() as session:
            row = session.query(Connection).filter_by(portal_id=portal_id).one_or_none()
            if row is None:
                row = Connection(portal_id=portal_id, environment="sandbox", mode=mode, state=state)
                session.add(row)
            row.state = ConnectionState(state)
            session.flush()
            return row.id
