"""Switches of the running sandbox: sizes, limits, and behaviour that Paycor's documents leave open."""

from typing import Annotated, Any, Literal

import msgspec

_Count = Annotated[int, msgspec.Meta(ge=1)]
_Seconds = Annotated[float, msgspec.Meta(ge=0, le=600)]


class Switches(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every switch with its default: the proven reading of Paycor's documents, or else the worse one.

    `calls_per_minute` counts over all paths of one key. `missing_include` says what an include without
    its permission does: the whole call is refused, or the block stays null. `url_keeps_query` makes
    `additionalResultsUrl` carry the filters. `dies_after_rotate` is how many of the next refreshes rotate
    the token and then drop the connection. `new_employee_delay_s` is how long after a move of the day new
    employees are in no list and behind no id (Paycor: 60 and more). `custom_fields_as_array` sends an employee's
    custom fields as in the older document, `omits_empty_custom_fields` leaves out those without a value.
    `unknown_certification` says whether a certification with an unknown name is created or refused.
    `is_key_known` off makes the gateway refuse the subscription key; `withdrawn_entities` are legal entities that
    the activation no longer covers. `tenant_list_has_own_ids` gives the records of a tenant's employee list ids that
    are not those of the employees. `plants_private_facts` fills the blocks that no client should request.
    """

    calls_per_minute: _Count = 1000
    sends_retry_after: bool = True
    employees_per_page: _Count = 200
    records_per_page: _Count = 100
    missing_include: Literal["403", "null"] = "403"
    url_keeps_query: bool = False
    has_single_employee_v1: bool = False
    tenant_list_has_own_ids: bool = False
    reuse_revokes_family: bool = False
    token_delay_s: _Seconds = 0
    dies_after_rotate: Annotated[int, msgspec.Meta(ge=0)] = 0
    is_application_active: bool = True
    is_key_known: bool = True
    withdrawn_entities: tuple[int, ...] = ()
    new_employee_delay_s: _Seconds = 0
    custom_fields_as_array: bool = False
    omits_empty_custom_fields: bool = False
    unknown_certification: Literal["created", "refused"] = "created"
    events_in_pascal_case: bool = False
    plants_private_facts: bool = False
    redirect_uris: tuple[str, ...] = ()

    def changed(self, changes: dict[str, Any]) -> "Switches":
        """These switches with some changed. Raises msgspec.ValidationError naming the one that is wrong."""
        return msgspec.convert({**msgspec.structs.asdict(self), **changes}, Switches)
