"""People at NOW-LMS, over HTTP: its sign-in, its pages, what its admin presses."""

import re
from collections.abc import Mapping
from typing import Self

import requests

Form = Mapping[str, str | list[str]]

ADMIN = ("lms-admin", "lms-admin")
TIMEOUT_S = 60
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Browser:
    """One person's browser."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._session = requests.Session()

    def get(self, path: str) -> requests.Response:
        """A page; redirects are not followed."""
        return self._session.get(self.base_url + path, timeout=TIMEOUT_S, allow_redirects=False)

    def post(self, path: str, form: Form | None = None, *, page: str = "") -> requests.Response:
        """A form, with the token of the `page` it is on, its own address unless said; redirects are not followed."""
        found = _TOKEN.search(self.get(page or path).text)
        token = {"csrf_token": found.group(1)} if found else {}
        address, sent = self.base_url + path, {**(form or {}), **token}
        return self._session.post(address, data=sent, timeout=TIMEOUT_S, allow_redirects=False)

    def sign_in(self, name: str, password: str) -> Self:
        """Try to; `is_in` tells what came of it."""
        self.post("/user/login", {"usuario": name, "acceso": password})
        return self

    def is_in(self, name: str) -> bool:
        """Whether NOW-LMS shows them their own profile, with their address or username in it."""
        page = self.get("/perfil")
        return page.status_code == 200 and name in page.text
