"""Texts from the LMS, checked where they come in: what no database takes costs only its account (rule D22)."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from connector.core.model.account import Account
from connector.core.ports.host import Outcome, OutcomeStatus

#: The longest id and version of an account that are stored, and the longest of its other texts.
MAX_ID, MAX_VERSION, MAX_TEXT = 100, 100, 100_000

#: The account has a text that no database takes: too long, a NUL, or half of a surrogate pair.
UNUSABLE_TEXT = "text"


def checked_account(account: Account) -> Account:
    """The account, with a problem if it has a text that cannot be stored; a long version is replaced by its digest."""
    if len(account.version) > MAX_VERSION:
        account = replace(account, version=short_version(account.version))
    if account.problem:
        return account
    texts = (account.email, account.first_name, account.last_name, account.external_id)
    is_usable = _fits(account.account_id, MAX_ID) and all(
        _fits(text, MAX_TEXT) for text in (*texts, *account.fields.keys(), *account.fields.values())
    )
    return account if is_usable else replace(account, problem=UNUSABLE_TEXT)


def checked_outcome(outcome: Outcome) -> Outcome:
    """The outcome, with a version and a code that can be stored; refused if the id of its account cannot."""
    if not _fits(outcome.account_id, MAX_ID):
        return Outcome(OutcomeStatus.REJECTED, code=UNUSABLE_TEXT)
    version, code = short_version(outcome.version), cleaned(outcome.code)
    if version == outcome.version and code == outcome.code:
        return outcome
    return replace(outcome, version=version, code=code)


def short_version(version: str) -> str:
    """A version that can be stored and still differs whenever the LMS's does."""
    if _fits(version, MAX_VERSION):
        return version
    return hashlib.sha256(version.encode(errors="surrogatepass")).hexdigest()


def cleaned(text: str) -> str:
    """The text without what no database takes."""
    return text if _fits(text, MAX_TEXT) else text.encode(errors="ignore").decode().replace("\0", "")


def usable_ids(ids: Iterable[str]) -> list[str]:
    """Those of these account ids that can be looked up."""
    return [one for one in ids if _fits(one, MAX_ID)]


def _fits(text: str | None, longest: int) -> bool:
    if text is None or (text.isascii() and "\0" not in text and len(text) <= longest):
        return True
    return (
        len(text) <= longest
        and "\0" not in text
        and not any("\ud800" <= letter <= "\udfff" for letter in text)
    )
