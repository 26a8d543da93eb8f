"""The authorize pages: sign in at Paycor, see what the application will receive, allow or deny.

An authorize request is checked once and kept, bound to the browser by a cookie; the forms carry only its
number. A wrong client, key or redirect address is shown to the person and never sent back to the address
(RFC 6749, section 4.1.2.1).
"""

import hmac
import re
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from connector.sandbox.company import SignInUser, Tenant
from connector.sandbox.paycor.auth.tokens import CODE_S
from connector.sandbox.paycor.data import permissions
from connector.sandbox.paycor.state.sandbox import Sandbox, sandbox
from connector.sandbox.paycor.state.store import Code, Grant

blueprint = Blueprint("consent", __name__)

_COOKIE = "paycor_sandbox"
_OPEN_REQUESTS = 1_000
_LOOPBACK = re.compile(r"http://(127\.0\.0\.1|localhost)(:\d+)?/[^#]*")


@dataclass(frozen=True)
class AuthorizeRequest:
    """A checked authorize request; `signed_in` is the user who may consent, once they have signed in."""

    browser: str
    redirect_uri: str
    state: str | None
    scope: str
    is_offline: bool
    challenge: str | None
    tenant: Tenant | None = None
    signed_in: SignInUser | None = None


class OpenRequests:
    """The authorize requests under way, the newest thousand."""

    def __init__(self) -> None:
        """No requests."""
        self._lock = threading.Lock()
        self._open: OrderedDict[str, AuthorizeRequest] = OrderedDict()

    def keep(self, authorize_request: AuthorizeRequest, number: str | None = None) -> str:
        """Keep a request, under its number or a new one; gives the number."""
        number = number or secrets.token_urlsafe(16)
        with self._lock:
            self._open[number] = authorize_request
            while len(self._open) > _OPEN_REQUESTS:
                self._open.popitem(last=False)
        return number

    def find(self, number: str, browser: str) -> AuthorizeRequest | None:
        """The request with this number, if this browser began it; else None."""
        with self._lock:
            found = self._open.get(number)
        return found if found and browser and hmac.compare_digest(found.browser, browser) else None

    def take(self, number: str) -> None:
        """Forget a request."""
        with self._lock:
            self._open.pop(number, None)


def _open_requests() -> OpenRequests:
    kept: OpenRequests = current_app.extensions.setdefault("paycor_sandbox_requests", OpenRequests())

    return kept


@blueprint.get("/appactivation/authorize")
def authorize() -> AnyResponse:
    """Where the customer's browser arrives: checks the request and asks for the sign-in."""
    box = sandbox()
    sent = request.args
    problem = _problem_to_show(box)
    if problem is not None:
        return _page("refused.html", 400, problem=problem)
    redirect_uri, state = sent["redirect_uri"], sent.get("state")
    error = _error_to_send(box)
    if error is not None:
        return _back(redirect_uri, {"error": error[0], "error_description": error[1]}, state)
    names = sent.get("scope", "").split()
    browser = request.cookies.get(_COOKIE) or secrets.token_urlsafe(24)
    authorize_request = AuthorizeRequest(
        browser=browser,
        redirect_uri=redirect_uri,
        state=state,
        scope=next(name for name in names if name in box.permissions),
        is_offline="offline_access" in names,
        challenge=sent.get("code_challenge"),
    )
    page = _page("sign_in.html", number=_open_requests().keep(authorize_request), problem=None)
    page.set_cookie(_COOKIE, browser, httponly=True, samesite="Lax")

    return page


@blueprint.post("/appactivation/signin")
def sign_in() -> AnyResponse:
    """The sign-in form: shows the consent page, or the form again with what is wrong."""
    number = request.form.get("request_number", "")
    authorize_request = _open_requests().find(number, request.cookies.get(_COOKIE, ""))
    if authorize_request is None:
        return _page(
            "refused.html", 400, problem="This request is no longer open. Start again from your LMS."
        )
    found = _user()
    if found is None:
        problem = "User name, company id or password is wrong."
        return _page("sign_in.html", 401, number=number, problem=problem)
    tenant, user = found
    if not user.is_administrator:
        problem = "Only a Company, HR or Payroll administrator may activate an application."
        return _page("refused.html", 403, problem=problem)
    _open_requests().keep(replace(authorize_request, tenant=tenant, signed_in=user), number)
    granted = sandbox().permissions.get(authorize_request.scope, frozenset())
    back_to = urlsplit(authorize_request.redirect_uri)

    return _page(
        "consent.html",
        number=number,
        tenant=tenant,
        user=user,
        shown=permissions.in_words(granted),
        is_offline=authorize_request.is_offline,
        site=back_to.netloc,
        form_target=f"{back_to.scheme}://{back_to.netloc}",
    )


@blueprint.post("/appactivation/decide")
def decide() -> AnyResponse:
    """The consent form: back to the application, with a code or with `access_denied`."""
    number = request.form.get("request_number", "")
    authorize_request = _open_requests().find(number, request.cookies.get(_COOKIE, ""))
    if authorize_request is None or authorize_request.tenant is None or authorize_request.signed_in is None:
        return _page(
            "refused.html", 400, problem="This request is no longer open. Start again from your LMS."
        )
    _open_requests().take(number)
    if request.form.get("decision") != "allow":
        denied = {"error": "access_denied", "error_description": "The administrator did not consent."}
        return _back(authorize_request.redirect_uri, denied, authorize_request.state)
    box = sandbox()
    grant = Grant(
        authorize_request.tenant.id,
        authorize_request.signed_in.user_name,
        authorize_request.scope,
        authorize_request.is_offline,
    )
    expires_at = box.clock().timestamp() + CODE_S
    code = box.store.add_code(
        Code(grant, authorize_request.redirect_uri, authorize_request.challenge, expires_at)
    )

    return _back(authorize_request.redirect_uri, {"code": code}, authorize_request.state)


def _problem_to_show(box: Sandbox) -> str | None:
    """The first problem with client, key or redirect address, as a sentence for the page; None when all is right."""
    sent = request.args
    checks = (
        (box.switches.is_application_active, "The application is not active."),
        (sent.get("client_id") == box.application.client_id, "The client_id is not known."),
        (
            sent.get("subscription-key") == box.application.subscription_key,
            "The subscription-key is missing or not that of the application.",
        ),
        (
            _is_allowed(sent.get("redirect_uri", ""), box.switches.redirect_uris),
            "The redirect_uri is not among the application's Approved Return OAuth URLs.",
        ),
    )

    return next((problem for is_right, problem in checks if not is_right), None)


def _error_to_send(box: Sandbox) -> tuple[str, str] | None:
    """The OAuth error of the request and its description; None when all is right."""
    sent = request.args
    if sent.get("response_type") != "code":
        return "unsupported_response_type", "response_type must be code."
    if not any(name in box.permissions for name in sent.get("scope", "").split()):
        return "invalid_scope", "scope names no scope version of the application."
    if "code_challenge" in sent and sent.get("code_challenge_method", "plain").upper() != "S256":
        return "invalid_request", "code_challenge_method must be S256."

    return None


def _is_allowed(redirect_uri: str, listed: tuple[str, ...]) -> bool:
    """Whether the address is exactly one of the list; with no list, any path on this machine is."""
    return redirect_uri in listed if listed else _LOOPBACK.fullmatch(redirect_uri) is not None


def _user() -> tuple[Tenant, SignInUser] | None:
    sent = request.form
    company_id = sent.get("company_id", "").strip()
    tenant = sandbox().tenant(int(company_id)) if company_id.isdecimal() else None
    for user in tenant.users if tenant else ():
        same_name = user.user_name == sent.get("user_name", "").strip().lower()
        if same_name and hmac.compare_digest(user.passphrase.encode(), sent.get("password", "").encode()):
            return (tenant, user) if tenant else None
    return None


def _back(redirect_uri: str, answer: dict[str, str], state: str | None) -> AnyResponse:
    """The redirect back to the application; `state` is returned exactly as it came."""
    fields = answer if state is None else {**answer, "state": state}
    joint = "&" if "?" in redirect_uri else "?"

    return redirect(f"{redirect_uri}{joint}{urlencode(fields)}", 302)


def _page(template: str, status: int = 200, *, form_target: str = "", **words: object) -> Response:
    """A page that may load only its own style, and post only to itself and to `form_target`."""
    page = make_response(render_template(f"paycor/{template}", **words), status)
    page.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'self'; form-action 'self' {form_target}; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    page.headers["Cache-Control"] = "no-store"
    page.headers["Referrer-Policy"] = "no-referrer"

    return page
