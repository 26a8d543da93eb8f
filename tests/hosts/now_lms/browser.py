"""A browser at NOW-LMS, over HTTP: its sign-in, its pages and its forms."""

import re
from collections.abc import Mapping
from typing import Self

import requests

Form = Mapping[str, str | list[str]]

ADMIN = ("lms-admin", "lms-admin")
TIMEOUT_S = 60
#: What a page hides in its form: its token, and the version of the settings that it shows.
_HIDDEN = re.compile(r'name="(csrf_token|version)"[^>]*value="([^"]+)"')


class Browser:
    """The browser of one user."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._session = requests.Session()

    def get(self, path: str) -> requests.Response:
        """A page; redirects are not followed."""
        return self._session.get(self.base_url + path, timeout=TIMEOUT_S, allow_redirects=False)

    def post(self, path: str, form: Form | None = None, *, page: str = "") -> requests.Response:
        """Send a form with what its `page`, by default its own address, hides in it; redirects are not followed."""
        hidden = dict(_HIDDEN.findall(self.get(page or path).text))
        address, sent = self.base_url + path, {**(form or {}), **hidden}
        return self._session.post(address, data=sent, timeout=TIMEOUT_S, allow_redirects=False)

    def sign_in(self, name: str, password: str) -> Self:
        """Try to sign in; `is_in` says whether it worked."""
        self.post("/user/login", {"usuario": name, "acceso": password})
        return self

    def is_in(self, name: str) -> bool:
        """Whether NOW-LMS shows the user's own profile, with this address or username."""
        page = self.get("/perfil")
        return page.status_code == 200 and name in page.text
