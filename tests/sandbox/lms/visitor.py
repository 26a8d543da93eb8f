"""A visitor with Flask's test client as the browser: keeps cookies and sends each form's token."""

from collections.abc import Mapping
from html import unescape
from re import findall, search

from flask import Flask
from werkzeug.test import TestResponse

from connector.sandbox.lms.seed import (
    ADMIN_EMAIL,
    ADMIN_PASSWORD,
    DAYTON_ADMIN_EMAIL,
    DAYTON_ADMIN_PASSWORD,
    LEARNER_EMAIL,
    LEARNER_PASSWORD,
    LIMITED_ADMIN_EMAIL,
    LIMITED_ADMIN_PASSWORD,
)

NORTHFIELD = "/p/northfield"
DAYTON = "/p/dayton"


class Visitor:
    """One browser at one LMS."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def get(self, path: str) -> TestResponse:
        """The page, without following a redirect."""
        return self.client.get(path)

    def read(self, path: str) -> str:
        """The words of a page that must be there, redirects followed."""
        response = self.client.get(path, follow_redirects=True)
        assert response.status_code == 200, path
        return unescape(response.text)

    def post(self, path: str, values: Mapping[str, object] | None = None) -> TestResponse:
        """Send a form with its token, without following the redirect."""
        return self.client.post(path, data={"csrf_token": self._token(), **(values or {})})

    def sign_in(self, email: str, password: str, portal: str = "northfield") -> TestResponse:
        """Sign in with a password."""
        return self.post("/login", {"portal": portal, "email": email, "password": password})

    def is_signed_in(self) -> bool:
        """Whether the first page is one's own, not the sign-in."""
        return self.get("/").location != "/login"

    def _token(self) -> str:
        found = search(r'name="csrf_token" value="([^"]+)"', self.client.get("/login").text)
        assert found is not None
        return found.group(1)


def admin(app: Flask) -> Visitor:
    """The admin of Northfield, with full permissions, signed in."""
    return _signed_in(app, ADMIN_EMAIL, ADMIN_PASSWORD, "northfield")


def limited_admin(app: Flask) -> Visitor:
    """The admin of Northfield without full permissions, signed in."""
    return _signed_in(app, LIMITED_ADMIN_EMAIL, LIMITED_ADMIN_PASSWORD, "northfield")


def dayton_admin(app: Flask) -> Visitor:
    """The admin of the sub-portal, signed in."""
    return _signed_in(app, DAYTON_ADMIN_EMAIL, DAYTON_ADMIN_PASSWORD, "dayton")


def learner(app: Flask, number: int = 1) -> Visitor:
    """A learner who was there before any sync, signed in."""
    return _signed_in(app, LEARNER_EMAIL.format(number=number), LEARNER_PASSWORD, "northfield")


def links(text: str) -> list[str]:
    """The paths of the links to choose a password in a mail or a page."""
    return findall(r"(/invitation/[\w-]+)", text)


def _signed_in(app: Flask, email: str, password: str, portal: str) -> Visitor:
    visitor = Visitor(app)
    visitor.sign_in(email, password, portal)
    assert visitor.is_signed_in()
    return visitor
