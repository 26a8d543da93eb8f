"""The one check of an email address, by the library email-validator (rule D23). It asks no name server."""

import re
from functools import lru_cache
from unicodedata import category

import idna
from email_validator import EmailNotValidError, ValidatedEmail, validate_email

#: The longest address, and the longest name before the @-sign, in characters (RFC 5321).
EMAIL_MAX = 254
NAME_MAX = 64

#: Nearly every address: one dot-atom of ASCII, an @-sign, an ASCII domain. The library is asked about the domain only.
_PLAIN = re.compile(
    r"(?P<name>[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*)@(?P<domain>[a-z0-9.-]+)",
    re.ASCII | re.IGNORECASE,
)
_ENCODED_LABEL = "xn--"
#: The characters that a name may have beyond ASCII: letters, marks and digits, each in its one form (RFC 5892).
_LETTERS = idna.idnadata.codepoint_classes["PVALID"]


def checked_address(written: str) -> str | None:
    """The address in a text; None when the text is no address that mail can be sent to, or more than one.

    Blanks around it and format characters in it, which nobody sees, are dropped. An address in ASCII stays as it is
    written otherwise; any other one gets the normal form of its characters, so that it compares equal however it was
    typed. Case stays.
    """
    address = _visible(written).strip()
    if not address or len(address) > EMAIL_MAX:
        return None
    plain = _PLAIN.fullmatch(address)
    if plain and _ENCODED_LABEL not in address.lower():
        return address if len(plain["name"]) <= NAME_MAX and _is_domain(plain["domain"]) else None
    checked = _checked(address)
    if checked is None or not _is_typed_name(checked.local_part):
        return None
    return address if address.isascii() else checked.normalized


def _visible(text: str) -> str:
    if text.isascii():
        return text
    return "".join(character for character in text if category(character) != "Cf")


@lru_cache(maxsize=1024)
def _is_domain(domain: str) -> bool:
    """Whether mail can be sent to a domain. Cached, because a company has few."""
    return _checked(f"a@{domain}") is not None


def _checked(address: str) -> ValidatedEmail | None:
    """The library's answer; None when it refuses. The domain `.test` reaches nobody and is kept for trials."""
    try:
        return validate_email(address, strict=True, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None


def _is_typed_name(local_part: str) -> bool:
    """Whether the part before the @-sign has no typographic signs, such as a curly apostrophe, and no look-alikes.

    The library lets everything beyond ASCII pass there, and no mailbox has it.
    """
    return all(
        character.isascii() or idna.intranges_contain(ord(character), _LETTERS)
        for character in local_part.lower()
    )
