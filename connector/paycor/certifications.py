"""The certifications of employees at Paycor: list them and add one. The only user of `wire.writer`.

In: an employee id and a certification; out: Paycor's id of it. Its number is our key and shows whether Paycor has it
already. Source: Paycor Public API v1, `/v1/employees/{id}/certifications`, read 2026-07.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date

import msgspec

from connector.errors import SourceContractError
from connector.paycor.answers import NOT_JSON
from connector.paycor.records.identities import normalize_id
from connector.paycor.wire.pages import pages
from connector.paycor.wire.writer import WriteOutcomeUnknown, Writer


@dataclass(frozen=True, slots=True)
class Certification:
    """A finished course, as Paycor stores it. `number` is our unique key."""

    number: str
    name: str
    effective_on: date
    expires_on: date | None = None
    notes: str = ""


class _Listed(
    msgspec.Struct,
    rename={"number": "certificationNumber", "certification_id": "employeeCertificationId"},
    gc=False,
):
    number: str | int | None = None
    certification_id: str | None = None


class _Resource(msgspec.Struct, gc=False):
    id: str | None = None


class _Stored(msgspec.Struct, rename={"resource": "resourceUrl"}, gc=False):
    resource: _Resource | None = None


class Certifications:
    """The certifications of the employees of one connection."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def ids_by_number(self, employee_id: str) -> Mapping[str, str]:
        """Paycor's ids of the employee's certifications, by number; certifications without a number are left out.

        Raises a SourceError: NotFound for an unknown employee, PermissionMissing without the permission to list them.
        """
        with closing(pages(self._writer, _path(employee_id), optional=True)) as raw_pages:
            listed = [_listed(raw) for page in raw_pages for raw in page.records]
        numbers = (
            (str(one.number or "").strip(), normalize_id(one.certification_id) or "") for one in listed
        )
        return {number: certification_id for number, certification_id in numbers if number}

    def add(self, employee_id: str, certification: Certification) -> str:
        """Add a certification with one POST that is never repeated; returns Paycor's id of it.

        Raises what `Writer.write` raises, and WriteOutcomeUnknown for a 2xx without an id.
        """
        body = {
            "certificationName": certification.name,
            "certificationNumber": certification.number,
            "effectiveDate": certification.effective_on.isoformat(),
            "expirationDate": certification.expires_on.isoformat() if certification.expires_on else None,
            "notes": certification.notes or None,
        }
        path = _path(employee_id)
        answer = self._writer.write(path, {name: value for name, value in body.items() if value is not None})
        try:
            stored = msgspec.json.decode(answer, type=_Stored)
        except NOT_JSON:
            stored = _Stored()
        certification_id = normalize_id(stored.resource.id) if stored.resource else None
        if certification_id is None:
            raise WriteOutcomeUnknown(
                f"Paycor's answer to the certification sent to {path} does not say what it stored. It is looked up "
                "before anything is sent again."
            )
        return certification_id

    @property
    def calls(self) -> int:
        """How many requests were sent, token calls included."""
        return self._writer.calls


def _path(employee_id: str) -> str:
    return f"/v1/employees/{employee_id}/certifications"


def _listed(raw: bytes) -> _Listed:
    try:
        return msgspec.json.decode(raw, type=_Listed)
    except NOT_JSON:
        raise SourceContractError(
            "A certification in Paycor's list is not in the form that Paycor documents, so nothing was sent. Report "
            "this if it happens again."
        ) from None
