"""The sign-in: a bearer token."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class _Bearer:
    """The client with the token."""

    is_authenticated = True


def bearer(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware that signs in the client with the token; django-scim2 refuses a request without a user."""

    def checked(request: HttpRequest) -> HttpResponse:
        if request.headers.get("Authorization") == f"Bearer {settings.SECRET_KEY}":
            request.user = _Bearer()
        return answer(request)

    return checked
