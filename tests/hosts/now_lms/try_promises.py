"""Tries every promise of a host on NOW-LMS, in the environment with NOW-LMS and the connector.

In: the example's folder on PYTHONPATH, its settings, and the path of a file. Out: that file, with one JSON object per
line: for each promise `kept`, `not_offered` or `broken`, and the reason.
"""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from app import app
from browser import ADMIN, Browser
from lms import NowLms
from mail import password_link
from now_lms.db import MailConfig, Usuario, UsuarioGrupo, database
from outbox import Outbox, free_port, opened
from waitress.server import create_server

from connector.core.ports.host import OutcomeStatus
from connector.hosts.contract import CHECKS, ContractBroken, Names, NotOffered, Promise, Rig
from connector.hosts.contract.promise import promise
from connector.hosts.contract.trial import Trial, expect_statuses

PASSWORD = "a-password-of-their-own"


@promise("create")
def a_deleted_user_can_be_created_again(trial: Trial) -> None:
    """On SQLite, NOW-LMS leaves the external id of a deleted user behind; it must not block a new account."""
    row = trial.row("ada")
    [ada_id] = trial.create(row)
    database.session.execute(database.delete(Usuario).where(Usuario.id == ada_id))
    database.session.commit()
    outcomes = trial.host.create([row])

    expect_statuses(outcomes, OutcomeStatus.CREATED)


def main(report: Path) -> None:
    """Try every promise, each with its own names, while NOW-LMS is served."""
    port = free_port()
    server = create_server(app, host="127.0.0.1", port=port)
    Thread(target=server.run, daemon=True).start()
    lines = report.open("w", encoding="utf-8")
    with opened() as (outbox, smtp_port), app.app_context(), lines:
        prepare(smtp_port)
        rig = rig_of(outbox, f"http://127.0.0.1:{port}")
        for check in (*CHECKS, a_deleted_user_can_be_created_again):
            lines.write(json.dumps({"name": check.name, **result_of(check, rig)}) + "\n")


def result_of(check: Promise, rig: Rig) -> dict[str, str]:
    """The result of one promise."""
    try:
        check(rig, Names(rig.domain))
    except NotOffered as missing:
        return {"result": "not_offered", "reason": str(missing)}
    except ContractBroken as broken:
        return {"result": "broken", "reason": str(broken)}
    return {"result": "kept", "reason": ""}


def prepare(smtp_port: int) -> None:
    """Set up a mail server as an admin does, and a group."""
    settings = database.session.scalars(database.select(MailConfig)).one()
    settings.MAIL_SERVER, settings.MAIL_PORT = "127.0.0.1", str(smtp_port)
    settings.MAIL_DEFAULT_SENDER, settings.email_verificado = "lms@example.test", True
    database.session.add(UsuarioGrupo(nombre="Nurses", descripcion="On the wards", activo=True))
    database.session.commit()


def rig_of(outbox: Outbox, base_url: str) -> Rig:
    """The rig of NOW-LMS."""

    def user(account_id: str) -> Usuario:
        database.session.rollback()
        return database.session.get_one(Usuario, account_id)

    def mailed() -> Sequence[str]:
        database.session.rollback()
        users = database.session.scalars(database.select(Usuario))
        ids = {one.correo_electronico: one.id for one in users}
        return [ids[message["To"]] for message in outbox.messages]

    def rename(account_id: str, name: str) -> None:
        user(account_id).nombre = name
        database.session.commit()

    def promote(account_id: str) -> None:
        admin = Browser(base_url).sign_in(*ADMIN)
        form = {"type": "instructor", "user": user(account_id).usuario}
        admin.post("/admin/user/change_type", form)

    def signs_in(account_id: str) -> bool:
        address = user(account_id).correo_electronico
        link = urlsplit(password_link(address)).path
        Browser(base_url).post(link, {"new_password": PASSWORD, "confirm_password": PASSWORD})
        return bool(Browser(base_url).sign_in(address, PASSWORD).is_in(address))

    lms = NowLms(database)
    return Rig(
        lms.host(lms.portal_id),
        mailed=mailed,
        rename=rename,
        promote=promote,
        now=lambda: datetime.now(UTC),
        signs_in=signs_in,
        many=True,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
