"""Certifications of employees: what is there, and one more. The only user of `writing`.

In: an employee id and a certificate; out: Paycor's id of it. Whether one is there already is told by its number, which
is a key of ours. Source: Paycor Public API v1, `/v1/employees/{id}/certifications`, read 2026-07.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date

import msgspec

from connector.errors import SourceContractError
from connector.paycor.records.identities import guid
from connector.paycor.wire.pages import pages
from connector.paycor.wire.writer import Unclear, Writer


@dataclass(frozen=True, slots=True)
class Certificate:
    """What Paycor is told of a finished course. `number` is ours, and tells this one from every other."""

    number: str
    name: str
    effective_on: date
    expires_on: date | None = None
    notes: str = ""


class _Listed(
    msgspec.Struct, rename={"number": "certificationNumber", "held_id": "employeeCertificationId"}, gc=False
):
    number: str | int | None = None
    held_id: str | None = None


class _Resource(msgspec.Struct, gc=False):
    id: str | None = None


class _Stored(msgspec.Struct, rename={"resource": "resourceUrl"}, gc=False):
    resource: _Resource | None = None


class Certifications:
    """The certifications of one connection's employees."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def numbered(self, employee_id: str) -> Mapping[str, str]:
        """Paycor's id of each certification that the employee has, by its number; those without one are left out.

        Raises a SourceError: NotFound for an employee who is not there, RightMissing without the right to look.
        """
        with closing(pages(self._writer, _path(employee_id), optional=True)) as reading:
            listed = [_listed(raw) for page in reading for raw in page.records]
        numbers = ((str(one.number or "").strip(), guid(one.held_id) or "") for one in listed)
        return {number: held_id for number, held_id in numbers if number}

    def add(self, employee_id: str, certificate: Certificate) -> str:
        """Add it, with one POST that is never repeated; gives Paycor's id of it.

        Raises what `Writer.write` raises. A 2xx that names nothing stored is Unclear, too.
        """
        body = {
            "certificationName": certificate.name,
            "certificationNumber": certificate.number,
            "effectiveDate": certificate.effective_on.isoformat(),
            "expirationDate": certificate.expires_on.isoformat() if certificate.expires_on else None,
            "notes": certificate.notes or None,
        }
        path = _path(employee_id)
        answer = self._writer.write(path, {name: value for name, value in body.items() if value is not None})
        try:
            stored = msgspec.json.decode(answer, type=_Stored)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            stored = _Stored()
        made = guid(stored.resource.id) if stored.resource else None
        if made is None:
            raise Unclear(
                f"Paycor's answer to the certification sent to {path} does not name what it stored."
            )
        return made

    @property
    def calls(self) -> int:
        """How many requests were sent."""
        return self._writer.calls


def _path(employee_id: str) -> str:
    return f"/v1/employees/{employee_id}/certifications"


def _listed(raw: bytes) -> _Listed:
    try:
        return msgspec.json.decode(raw, type=_Listed)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise SourceContractError(
            "A certification in Paycor's list is not in the form that Paycor documents. Nothing was sent."
        ) from None
