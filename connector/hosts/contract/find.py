"""What a host promises about looking accounts up."""

from connector.core.ports.host import Key, KeyKind
from connector.hosts.contract.promise import promise
from connector.hosts.contract.rig import Need
from connector.hosts.contract.trial import NOBODY, Trial, expect


@promise("find")
def every_key_that_is_asked_is_answered(trial: Trial) -> None:
    """With all who carry it, or with nobody."""
    ids = trial.create(trial.row("ada"), trial.row("bob"))
    people = [Key(KeyKind.ID, ids[0]), Key(KeyKind.EMAIL, trial.names.email("bob"))]
    nobody = [
        Key(KeyKind.EMAIL, trial.names.email("nobody")),
        *(Key(KeyKind.ID, account_id) for account_id in NOBODY),
    ]
    found = trial.find(*people, *nobody)

    expect(
        [[one.account_id for one in found[key]] for key in people] == [[ids[0]], [ids[1]]],
        "Somebody who is there is not found, or not alone.",
    )
    expect(not any(found[key] for key in nobody), "Somebody is found by a key that nobody carries.")


@promise("find", Need.EXTERNAL_ID, req=("D1",))
def an_external_id_is_found_letter_by_letter(trial: Trial) -> None:
    """Paycor's ids are no words: case counts."""
    external_id = trial.names.external_id("abC")
    [ada_id] = trial.create(trial.row("ada", external_id=external_id))
    found = [account.account_id for account in trial.found(KeyKind.EXTERNAL_ID, external_id)]

    expect(found == [ada_id], "Nobody is found by the key that was left on an account.")
    expect(
        not trial.found(KeyKind.EXTERNAL_ID, external_id.replace("abC", "abc")),
        "Somebody is found by a key in other letters.",
    )


@promise("find", req=("D1",))
def an_address_is_found_in_capitals_and_with_spaces_around_it(trial: Trial) -> None:
    """Two addresses are one when they are equal trimmed and case-folded, whichever way round."""
    upper = trial.names.email("Bob").replace("bob", "BOB")
    ids = trial.create(trial.row("ada"), trial.row("bob", email=upper))
    asked = {ids[0]: f"  {trial.names.email('ada').upper()} ", ids[1]: upper.lower()}

    for account_id, address in asked.items():
        found = [account.account_id for account in trial.found(KeyKind.EMAIL, address)]
        expect(found == [account_id], "An address is not found in other letters.")


@promise("find", req=("D1",))
def no_address_is_found_by_a_wildcard_or_a_part_of_it(trial: Trial) -> None:
    """A look-up that takes _ for any letter would suspend a stranger."""
    trial.create(trial.row("aba"))
    for address in ("a_a", "a%a", "ab", "*", "%"):
        expect(
            not trial.found(KeyKind.EMAIL, trial.names.email(address)),
            "Somebody is found by an address that is not theirs.",
        )
