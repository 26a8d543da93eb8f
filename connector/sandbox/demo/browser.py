"""A minimal browser: opens pages, follows redirects, fills in forms and presses their buttons."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

TIMEOUT_S = 60


class UnexpectedPage(Exception):
    """The page is an error, or does not have the expected form."""


@dataclass
class Form:
    """A form of a page: its address, its method, and its values before anyone types."""

    action: str
    method: str
    values: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """The names of all inputs and buttons."""
        return {name for name, _ in (*self.values, *self.buttons)}


class _Forms(HTMLParser):
    """Collects the forms of a page: text and hidden inputs, ticked boxes, chosen options, named buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Add an element to the form that is open."""
        had = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(had.get("action", ""), had.get("method", "get").lower()))
        elif self.forms:
            self._take(tag, had)

    def _take(self, tag: str, had: dict[str, str]) -> None:
        form, name = self.forms[-1], had.get("name", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and "selected" in had:
            form.values.append((self._select, had.get("value", "")))
        elif tag == "button" and name:
            form.buttons.append((name, had.get("value", "")))
        elif tag == "input" and name and _counts(had):
            form.values.append((name, had.get("value", "")))


def _counts(had: dict[str, str]) -> bool:
    return had.get("type") not in ("checkbox", "radio") or "checked" in had


class Browser:
    """One browser session. `page` is the answer on the screen."""

    def __init__(self) -> None:
        self._session = requests.Session()
        self.page = requests.Response()

    def open(self, url: str) -> None:
        """Go to an address. Raises UnexpectedPage when it answers with an error."""
        self._show(self._session.get(url, timeout=TIMEOUT_S))

    def submit(self, *names: str, **typed: str) -> None:
        """Fill in and send the form that has all these names; all other values stay as the page has them.

        A typed name that is a button presses that button. Raises UnexpectedPage when there is no such form.
        """
        form = self._form({*names, *typed})
        kept = [(name, value) for name, value in form.values if name not in typed]
        values = [*kept, *typed.items()]
        url = urljoin(self.page.url, form.action)
        if form.method == "post":
            self._show(
                self._session.post(url, data=values, headers={"Referer": self.page.url}, timeout=TIMEOUT_S)
            )
        else:
            self._show(self._session.get(url, params=values, timeout=TIMEOUT_S))

    def _form(self, names: set[str]) -> Form:
        reader = _Forms()
        reader.feed(self.page.text)
        for form in reader.forms:
            if names <= form.names:
                return form
        raise UnexpectedPage(f"{self.page.url} has no form with {', '.join(sorted(names))}.")

    def _show(self, page: requests.Response) -> None:
        self.page = page
        if not page.ok:
            raise UnexpectedPage(
                f"{page.request.method} {page.url.split('?')[0]} answered {page.status_code}."
            )
