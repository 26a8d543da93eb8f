"""What is wrong with an installation as far as its settings, its database and its LMS show, and what to do about it.

It changes nothing. A check that cannot be made, because code of the LMS raises, is itself what is wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from connector.config import PREFIX
from connector.core.model.connection import ConnectionState
from connector.core.model.run import RunStatus
from connector.core.ports.host import Host, Key, KeyKind, Unknown
from connector.core.ports.lms import Portal
from connector.core.ports.optional import SupportsPages
from connector.core.rules.access.days import is_zone
from connector.errors import ConfigurationError, ConnectorError, without_text
from connector.services.views.pages import Views
from connector.services.views.views import ConnectionView, RunView
from connector.store import heartbeat
from connector.store.connection import connections
from connector.store.runs import lease, runs
from connector.store.tables.runs import RunRow
from connector.wiring import Wiring
from connector.words.connection import remedy_for
from connector.words.runs import MODES, STATUSES

#: A daily sync that is later than this is reported.
LATE = timedelta(hours=1)
#: So is a run that waits longer than this while nothing else runs for its connection: jobs start one within seconds.
WAITS = timedelta(minutes=10)

#: An address that nobody has: looking it up reads one page of any LMS.
_NOBODY = Key(KeyKind.EMAIL, "nobody@connector.invalid")
_PAGE = 2
_START_JOBS = (
    f"Keep one `flask connector scheduler` running, or set {PREFIX}SCHEDULER=true for the web processes, and look at "
    "its log."
)


@dataclass(frozen=True, slots=True)
class DoctorCheck:
    """One check and what it found; `advice` says what to do, and is empty when all is well."""

    subject: str
    found: str
    advice: str = ""


class Doctor:
    """Checks one installation."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._database = wiring.database
        self._views = Views(wiring.database)

    def public_address(self) -> DoctorCheck:
        """Whether Paycor can send admins back: it accepts only the address that is registered there."""
        config, subject = self._wiring.config, "Public address"
        if config.public_url:
            return DoctorCheck(subject, config.public_url)
        if not config.has_application:
            return DoctorCheck(subject, "not set; a pasted application needs none, instant updates do")
        return DoctorCheck(
            subject,
            "not set, so an admin who signs in at Paycor may come back to an address that Paycor refuses",
            f"Set {PREFIX}PUBLIC_URL to the address of the LMS that is registered for the Paycor application.",
        )

    def secrets(self) -> DoctorCheck:
        """Whether the stored secrets can be decrypted with the keys of the settings."""
        subject = "Stored secrets"
        with self._database.reading() as session:
            stored = connections.sealed_secrets(session)
        lost = sorted({portal_id for portal_id, secret in stored if not self._is_readable(secret)})
        if not lost:
            return DoctorCheck(subject, "readable" if stored else "none")
        return DoctorCheck(
            subject,
            f"encrypted with a key that is not in {PREFIX}SECRET_KEYS, in portal {', '.join(lost)}",
            f"Add the earlier key to {PREFIX}SECRET_KEYS, after the new one. If it is lost, connect again.",
        )

    def jobs(self) -> DoctorCheck:
        """Whether anything carries out the runs that wait: the jobs of any process leave a sign of life."""
        waiting = self._waiting_run()
        if waiting is not None:
            since = f"{waiting.requested_at:%Y-%m-%d %H:%M} UTC"
            return DoctorCheck(
                "Jobs", f"run {waiting.id} has waited since {since}: no job starts it", _START_JOBS
            )
        with self._database.reading() as session:
            last = heartbeat.last_beat(session)
        if last is None:
            return DoctorCheck("Jobs", "have never run", _START_JOBS)
        if self._wiring.clock() - last > WAITS:
            return DoctorCheck("Jobs", f"have not run since {last:%Y-%m-%d %H:%M} UTC", _START_JOBS)
        return DoctorCheck("Jobs", f"run, the last time at {last:%Y-%m-%d %H:%M} UTC")

    def portals(self) -> Iterator[DoctorCheck]:
        """Every portal in which the integration is switched on."""
        try:
            portals = list(self._wiring.lms.portals())
        except Exception as error:
            yield _raised("The LMS's portals", error)
            return
        for portal in portals:
            yield self._accounts(portal)
            yield from self._failed_run(portal)
            yield self._state(portal)

    def _is_readable(self, secret: bytes) -> bool:
        try:
            self._wiring.vault.decrypt(secret)
        except ConfigurationError:
            return False
        return True

    def _waiting_run(self) -> RunRow | None:
        """The oldest run that nothing starts although its connection is free."""
        now = self._wiring.clock()
        with self._database.reading() as session:
            for run_id in runs.queued_by(session, now - WAITS):
                run = runs.by_id(session, run_id)
                if now - run.requested_at > WAITS and not lease.holder(session, run.connection_id, now):
                    return run
        return None

    def _accounts(self, portal: Portal) -> DoctorCheck:
        """Whether the LMS answers: one look-up, which reads one page at most."""
        subject = f"Accounts of portal {portal.portal_id}"
        try:
            host: Host = self._wiring.lms.host(portal.portal_id)
            found = host.find([_NOBODY])
            fields = len(host.fields())
            has_pages = _has_pages(host)
        except ConnectorError as error:
            return DoctorCheck(subject, f"cannot be read ({error.code})", error.message)
        except Exception as error:
            return _raised(subject, error)
        if isinstance(found, Unknown):
            advice = "Run `flask connector hosts test`, which says what the LMS does not do as it should."
            return DoctorCheck(subject, "cannot be looked up for certain", advice)
        if not has_pages:
            advice = "The maker of its API has to correct that; until then, people are looked up by searches alone."
            return DoctorCheck(
                subject, "are listed without pages: the LMS ignores which page is asked for", advice
            )
        return DoctorCheck(subject, f"can be looked up; {fields} custom fields")

    def _failed_run(self, portal: Portal) -> Iterator[DoctorCheck]:
        """The last run that failed, if any; it needs nobody once a later sync was carried out."""
        failed = self._views.last_failed_run(portal.portal_id)
        if failed is None:
            return
        connection = self._views.connection(portal.portal_id)
        newest = connection.last_run if connection else None
        is_over = newest is not None and newest.run_id > failed.run_id and newest.status is RunStatus.DONE
        advice = "" if is_over else _next_step(failed)
        yield DoctorCheck(f"Last failed run of portal {portal.portal_id}", _what_failed(failed), advice)

    def _state(self, portal: Portal) -> DoctorCheck:
        subject = f"Portal {portal.portal_id}"
        if not is_zone(portal.time_zone):
            advice = "Correct it in the LMS: until then, no sync of this portal runs."
            return DoctorCheck(subject, f"its time zone {portal.time_zone!r} is no IANA name", advice)
        connection = self._views.connection(portal.portal_id)
        if connection is None:
            return DoctorCheck(subject, "not connected")
        if connection.state == ConnectionState.ATTENTION:
            advice = "An admin of the portal has to connect to Paycor again; every setting is kept."
            return DoctorCheck(subject, f"needs attention ({connection.attention_code})", advice)
        return self._daily(subject, connection)

    def _daily(self, subject: str, connection: ConnectionView) -> DoctorCheck:
        due = connection.next_daily_at
        if due and self._wiring.clock() - due > LATE:
            return DoctorCheck(subject, f"its daily sync was due at {due:%Y-%m-%d %H:%M} UTC", _START_JOBS)
        next_one = f"{due:%Y-%m-%d %H:%M} UTC" if due else "after the first sync"
        return DoctorCheck(subject, f"{connection.state}, next daily sync {next_one}")


def _has_pages(host: Host) -> bool:
    """Whether a second page of the LMS's list, if it has one, differs from the first."""
    if not isinstance(host, SupportsPages):
        return True
    first, second = host.pages(_PAGE)
    return not set(first[:_PAGE]) & set(second)


def _raised(subject: str, error: Exception) -> DoctorCheck:
    """Code of the LMS raised something unexpected, whose text may name a person."""
    return DoctorCheck(subject, "cannot be read", f"Correct the class of the LMS: {without_text(error)}.")


def _what_failed(run: RunView) -> str:
    ended_at = run.finished_at or run.started_at or run.requested_at
    why = run.error_message or "the process that carried it out has ended."
    words = f"{MODES[run.mode]} {run.run_id}, {STATUSES[run.status].lower()}"
    return f"{words} at {ended_at:%Y-%m-%d %H:%M} UTC: {why}"


def _next_step(run: RunView) -> str:
    if run.error_code:
        return remedy_for(run.error_code)
    return (
        "What it had begun is looked up by the next run. If it happens again, look for what ends the process."
    )
