"""What somebody hostile, or a broken program, may send to a page; and the form of a page as a browser would send it."""

from html.parser import HTMLParser

NUMBERS = ("9" * 23, "9" * 400, "9" * 5_000, str(2**63), "-1", "٣")
TEXTS = (
    "x" * 300,
    "x" * 60_000,
    "%_" * 20_000,
    "\x01\u202e\ufffe'\"<😀",
    "a\0b",
    "0001-01-01",
)
VALUES = NUMBERS + TEXTS


class Form(HTMLParser):
    """The fields of a page with the values that they have, and the buttons."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.buttons: list[dict[str, str]] = []
        self._open = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what a browser would send."""
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "button" and name:
            self.buttons.append({name: given.get("value", "")})
        elif tag == "input" and name and (given.get("type") != "radio" or "checked" in given):
            self.fields.setdefault(name, given.get("value", ""))
        elif tag in ("select", "textarea"):
            self._open = name
            self.fields.setdefault(name, "")
        elif tag == "option" and self._open and "selected" in given:
            self.fields[self._open] = given.get("value", "")
