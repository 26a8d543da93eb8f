"""What a host promises about looking accounts up."""

from connector.core.ports.host import Key, KeyKind
from connector.core.ports.optional import ReportsDeleted, SupportsPages
from connector.hosts.contract.promise import promise
from connector.hosts.contract.rig import Need, NotOffered
from connector.hosts.contract.trial import UNKNOWN_IDS, Trial, expect

#: How many accounts a page has, to try whether there are pages.
PAGE = 2


@promise("find")
def every_key_gets_an_answer(trial: Trial) -> None:
    """All accounts that have it, or an empty list."""
    ids = trial.create(trial.row("ada"), trial.row("bob"))
    known = [Key(KeyKind.ID, ids[0]), Key(KeyKind.EMAIL, trial.names.email("bob"))]
    unknown = [
        Key(KeyKind.EMAIL, trial.names.email("nobody")),
        *(Key(KeyKind.ID, account_id) for account_id in UNKNOWN_IDS),
    ]
    found = trial.find(*known, *unknown)

    expect(
        [[one.account_id for one in found[key]] for key in known] == [[ids[0]], [ids[1]]],
        "An existing account is not found, or not alone.",
    )
    expect(not any(found[key] for key in unknown), "An account is found by a key that no account has.")


@promise("find", Need.EXTERNAL_ID, req=("D1",))
def an_external_id_is_matched_exactly(trial: Trial) -> None:
    """The comparison is case-sensitive, as Paycor's ids are."""
    external_id = trial.names.external_id("abC")
    [ada_id] = trial.create(trial.row("ada", external_id=external_id))
    found = [account.account_id for account in trial.found(KeyKind.EXTERNAL_ID, external_id)]

    expect(found == [ada_id], "An account is not found by its external id.")
    expect(
        not trial.found(KeyKind.EXTERNAL_ID, external_id.replace("abC", "abc")),
        "An account is found by an external id in another case.",
    )


@promise("find", req=("D1",))
def an_address_is_found_in_capitals_and_with_spaces_around_it(trial: Trial) -> None:
    """Two addresses are the same if they are equal when trimmed and case-folded."""
    upper = trial.names.email("Bob").replace("bob", "BOB")
    ids = trial.create(trial.row("ada"), trial.row("bob", email=upper))
    addresses = {ids[0]: f"  {trial.names.email('ada').upper()} ", ids[1]: upper.lower()}

    for account_id, address in addresses.items():
        found = [account.account_id for account in trial.found(KeyKind.EMAIL, address)]
        expect(found == [account_id], "An account is not found by its address in another case.")


@promise("find", req=("D1",))
def no_address_is_found_by_a_wildcard_or_a_part_of_it(trial: Trial) -> None:
    """A look-up with _ as a wildcard would suspend an account of another person."""
    trial.create(trial.row("aba"))
    for address in ("a_a", "a%a", "ab", "*", "%"):
        expect(
            not trial.found(KeyKind.EMAIL, trial.names.email(address)),
            "An account is found by an address that it does not have.",
        )


@promise("find", Need.PAGES)
def a_second_page_has_other_accounts(trial: Trial) -> None:
    """Asked for with few accounts on a page: an LMS that ignores paging looks right until one page is not enough."""
    host = trial.rig.whole_host
    if not isinstance(host, SupportsPages):
        raise NotOffered(Need.PAGES)
    trial.create(*(trial.row(f"e{number}") for number in range(2 * PAGE)))
    first, second = host.pages(PAGE)

    expect(bool(second), "The second page of the list of accounts is empty.")
    expect(
        not set(first[:PAGE]) & set(second),
        "The second page of the list of accounts has accounts of the first: the LMS ignores which page is asked for."
        " Until that is corrected there, people are looked up by searches alone, where the LMS has them.",
    )


@promise("find", Need.DELETIONS, req=("D24",))
def only_accounts_that_do_not_exist_are_reported_as_deleted(trial: Trial) -> None:
    """An account reported by mistake would be looked up at every sync, and one left out would never be missed."""
    host = trial.host
    if not isinstance(host, ReportsDeleted):
        raise NotOffered(Need.DELETIONS)
    ids = trial.create(trial.row("ada"), trial.row("bob"))
    gone = [*UNKNOWN_IDS, ids[0].swapcase() + "x"]

    expect(list(host.deleted([*ids, *gone])) == gone, "The accounts that are gone are not those reported.")
    expect(not host.deleted(ids), "An account that exists is reported as deleted.")
