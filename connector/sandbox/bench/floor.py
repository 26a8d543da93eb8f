"""The floor that a sync is compared with: the same bytes and rows, moved without any decision about them."""

import json
from collections.abc import Iterator
from hashlib import blake2b
from time import perf_counter
from typing import Any

import msgspec
import requests
from sqlalchemy import Engine, MetaData, Table, create_engine, func, insert, select

from connector.paycor.auth.permissions import INCLUDES
from connector.paycor.records.employees import employee_params
from connector.sandbox.paycor.server import Announcement

#: The connector's own query, so that both download the same bytes.
_QUERY = employee_params(INCLUDES)
CHUNK = 1_000


class _Page(msgspec.Struct):
    records: list[msgspec.Raw]


def download(paycor: Announcement, token: str) -> Iterator[bytes]:
    """The body of every page of every legal entity, with requests and nothing else."""
    session = requests.Session()
    session.headers.update(
        {"Authorization": f"Bearer {token}", "Ocp-Apim-Subscription-Key": paycor.subscription_key}
    )
    for entity in paycor.legal_entities:
        query = list(_QUERY)
        while True:
            answer = session.get(
                f"{paycor.base_url}/v1/legalentities/{entity.legalEntityId}/employees",
                params=query,
                timeout=60,
            )
            answer.raise_for_status()
            yield answer.content
            # The token comes before the records, so the body need not be parsed.
            next_token = (
                answer.content[:400].split(b'"continuationToken":', 1)[1].split(b",", 1)[0].strip(b' "')
            )
            if next_token == b"null":
                break
            query = [*_QUERY, ("continuationToken", next_token.decode())]


def take_token(paycor: Announcement) -> tuple[str, Announcement]:
    """An access token from the token endpoint, and the announcement with the new refresh token."""
    answer = requests.post(
        f"{paycor.base_url}/sts/v1/common/token",
        params={"subscription-key": paycor.subscription_key},
        data={
            "grant_type": "refresh_token",
            "refresh_token": paycor.refresh_token,
            "client_id": paycor.client_id,
            "client_secret": paycor.client_secret,
        },
        timeout=60,
    )
    answer.raise_for_status()
    tokens = answer.json()
    return tokens["access_token"], msgspec.structs.replace(paycor, refresh_token=tokens["refresh_token"])


def reading_floor(paycor: Announcement, token: str, engine: Engine) -> float:
    """Seconds to download, split into raw records, digest each and compare with the stored digests."""
    began = perf_counter()
    with engine.connect() as connection:
        query = "SELECT digest FROM connector_employee"
        stored = {bytes(row[0]) for row in connection.exec_driver_sql(query)}
    decoder = msgspec.json.Decoder(_Page)
    for body in download(paycor, token):
        for raw in decoder.decode(body).records:
            blake2b(bytes(raw), digest_size=16).digest() in stored  # noqa: B015 - the look-up itself is measured
    return perf_counter() - began


def parsing_floor(paycor: Announcement, token: str) -> float:
    """Seconds to download and parse, and nothing else."""
    began = perf_counter()
    for body in download(paycor, token):
        json.loads(body)
    return perf_counter() - began


def inserting_floor(source: Engine, empty_url: str, tables: list[str]) -> tuple[float, int]:
    """Seconds to insert, in bulk, the rows that a sync wrote into the same tables elsewhere; and their number."""
    metadata = MetaData()
    metadata.reflect(source, only=tables)
    empty = create_engine(empty_url)
    metadata.create_all(empty)
    seconds, count = 0.0, 0
    for table in metadata.sorted_tables:
        for rows in _chunks(source, table):
            began = perf_counter()
            with empty.begin() as connection:
                connection.execute(insert(table), rows)
            seconds += perf_counter() - began
            count += len(rows)
    empty.dispose()
    return seconds, count


def _chunks(engine: Engine, table: Table) -> Iterator[list[dict[str, Any]]]:
    with engine.connect() as connection:
        if not connection.scalar(select(func.count()).select_from(table)):
            return
        result = connection.execution_options(yield_per=CHUNK).execute(
            select(table).order_by(*table.primary_key)
        )
        for part in result.mappings().partitions(CHUNK):
            yield [dict(row) for row in part]
