"""Which keys count: the catalogue's, those that somebody witnessed whose key counted already, and none that was revoked."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from include.contracts.errors import ConfigError, Refused
from include.contracts.statement import Revocation, Revoked
from include.holds.keys import covers, keyring
from tests.authenticator import Authenticator
from tests.holds_kit import PEOPLE, Kit, make_kit, public_line
from tests.keys_kit import Keys

pytestmark = pytest.mark.both_databases


@pytest.fixture
def keys(kit: Kit, store: Any) -> Keys:
    return Keys(kit, store)


def make_stewards(keys: Keys, *names: str) -> None:
    """Who may witness, beside ines."""
    keys.kit.edit_people(lambda rows: [rows[name]["roles"].append("security") for name in names])


def people(keys: Keys) -> list[str]:
    return sorted(key.person for key in keys.ring().counting.values())


# -- The catalogue -----------------------------------------------------------------------------------------------------


def test_the_catalogues_keys_count(keys: Keys) -> None:
    ring = keys.ring()
    assert people(keys) == sorted(PEOPLE)
    found = ring.find(keys.kit.key_id("priya"))
    assert found is not None
    assert (found.person, found.enrolment, found.witness, found.since) == ("priya", None, None, None)
    assert ring.of("priya") == (found,)
    assert (ring.of("jonas"), ring.find("key_" + "0" * 40)) == ((), None)


@pytest.mark.parametrize(
    "line", ["ssh-rsa AAAA", "ssh-ed25519 AAAA", "sk-ssh-ed25519@openssh.com AAAA", "nonsense", "ssh-ed25519"]
)
def test_a_line_that_is_no_key_stops_everything(keys: Keys, line: str) -> None:
    keys.kit.edit_people(lambda rows: rows["jonas"].update(ssh_keys=[{"public": line, "environments": ["*"]}]))
    with pytest.raises(ConfigError, match=r"people\.yaml \(jonas\)"):
        keys.ring()


@pytest.mark.parametrize("comment", ["", " jonas@example.com", "  another comment"])
@pytest.mark.parametrize("second", ["jonas", "priya"])
def test_one_key_stands_in_one_row(keys: Keys, second: str, comment: str) -> None:
    line = public_line(keys.kit.private["priya"]) + comment
    keys.kit.edit_people(
        lambda rows: rows[second].update(ssh_keys=[*rows[second].get("ssh_keys", []), {"public": line, "environments": ["lab"]}])
    )
    with pytest.raises(ConfigError, match="twice"):
        keys.ring()


def test_a_key_that_leaves_the_catalogue_no_longer_counts(keys: Keys) -> None:
    keys.kit.edit_people(lambda rows: rows["priya"].update(ssh_keys=[]))
    assert people(keys) == ["ines", "maya", "tomas"]


# -- Enrolled and witnessed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [Ed25519PrivateKey.generate, Authenticator, lambda: Authenticator("EdDSA")])
def test_a_witnessed_key_counts_and_says_why(keys: Keys, make: Any) -> None:
    key = keys.key("jonas", make())
    digest = keys.enrol(key)
    assert keys.ring().find(key.id) is None
    assert keys.ring().known[key.id] == key
    counting = keys.vouch(digest, "jonas")
    assert counting == keys.ring().find(key.id)
    assert counting.model_copy(update={"enrolment": None, "witness": None, "since": None}) == key
    assert (counting.enrolment, counting.witness) == (digest, "ines")
    assert counting.since is not None


def test_a_chain_of_witnesses_ends_in_the_catalogue(keys: Keys) -> None:
    make_stewards(keys, "jonas")
    first = keys.admit("jonas", Authenticator())
    second = keys.admit("ruth", by=first)
    assert keys.ring().find(second.id) == second
    keys.kit.edit_people(lambda rows: rows["ines"].update(ssh_keys=[]))
    assert people(keys) == ["maya", "priya", "tomas"]


def test_a_lab_key_makes_lab_keys(tmp_path: Any, store: Any) -> None:
    keys = Keys(make_kit(tmp_path / "lab", environments=["lab", "staging"]), store)
    lab = keys.key("jonas", environments=("lab",))
    assert keys.vouch(keys.enrol(lab), "jonas", keys.kit.key("ines", ("lab", "staging"))).environments == ("lab",)
    for more in (("*",), ("production",), ("lab", "production")):
        digest = keys.enrol(keys.key("ruth", environments=more))
        with pytest.raises(Refused, match="environment") as caught:
            keys.vouch(digest, "ruth")
        assert caught.value.rule == "environment"
    narrowed = keys.enrol(keys.key("ruth", environments=("staging",)))
    with pytest.raises(Refused):
        keys.vouch(narrowed, "ruth", by=lab)


def test_a_narrower_row_of_the_catalogue_takes_back_what_was_vouched_for(keys: Keys) -> None:
    keys.admit("jonas", environments=("production",))
    keys.kit.edit_people(lambda rows: rows["ines"]["ssh_keys"][0].update(environments=["lab"]))
    assert "jonas" not in people(keys)


def test_a_star_covers_everything_and_only_a_star_covers_it(kit: Kit) -> None:
    everywhere, lab = kit.key("maya"), kit.key("maya", ("lab", "staging"))
    assert covers(everywhere, ("*", "production"))
    assert covers(lab, ("staging",))
    assert not covers(lab, ("lab", "production"))
    assert not covers(lab, ("*",))


def hire(keys: Keys, name: str) -> None:
    """A person whom nothing else in the catalogue names, and who can leave it again."""
    keys.kit.edit_people(lambda rows: rows.update({name: {**rows["jonas"], "name": name, "accounts": [], "roles": []}}))


def test_a_person_who_leaves_the_catalogue_has_no_keys(keys: Keys) -> None:
    hire(keys, "amir")
    keys.admit("amir")
    assert "amir" in people(keys)
    keys.kit.edit_people(lambda rows: rows.pop("amir"))
    assert "amir" not in people(keys)


def test_two_witnesses_hold_where_one_is_revoked(keys: Keys) -> None:
    make_stewards(keys, "maya", "tomas")
    key = keys.key("jonas")
    digest = keys.enrol(key)
    keys.vouch(digest, "jonas", "maya")
    keys.vouch(digest, "jonas", "tomas")
    keys.revoke(keys.kit.key_id("maya"))
    found = keys.ring().find(key.id)
    assert found is not None
    assert found.witness == "tomas"


# -- Revoked -----------------------------------------------------------------------------------------------------------


def test_what_a_revoked_key_vouched_for_no_longer_counts_down_the_whole_chain(keys: Keys) -> None:
    make_stewards(keys, "maya", "tomas", "jonas")
    first = keys.admit("jonas", by="tomas")
    second = keys.admit("ruth", by=first)
    keys.revoke(keys.kit.key_id("tomas"))
    assert people(keys) == ["ines", "maya", "priya"]
    assert keys.ring().known[second.id].person == "ruth"
    again = [digest for digest, said in keys.ring().enrolments.items() if said.key == first.id]
    assert keys.vouch(again[0], "jonas", "maya").witness == "maya"  # the same enrolment, looked at anew
    assert keys.ring().find(second.id) is None  # whose witness spoke before that: not yet


def test_so_it_is_with_a_revoked_person(keys: Keys) -> None:
    make_stewards(keys, "tomas")
    keys.admit("jonas", by="tomas")
    keys.admit("tomas", Authenticator())
    keys.revoke("tomas")
    ring = keys.ring()
    assert ring.revoked_people == {"tomas"}
    assert people(keys) == ["ines", "maya", "priya"]


@pytest.mark.parametrize("what", ["keys", "people"])
def test_the_trust_folder_revokes_without_the_store(keys: Keys, what: str) -> None:
    make_stewards(keys, "tomas")
    keys.admit("jonas", by="tomas")
    named = {"keys": [keys.kit.key_id("tomas")]} if what == "keys" else {"people": ["tomas"]}
    keys.kit.revoke_outside(**named)
    assert people(keys) == ["ines", "maya", "priya"]
    assert keys.ring().known[keys.kit.key_id("tomas")].person == "tomas"


def test_a_revocation_outlives_who_made_it(keys: Keys) -> None:
    hire(keys, "amir")
    gone = keys.admit("amir").id
    keys.revoke(gone)
    keys.revoke(keys.kit.key_id("ines"))  # by herself, after which nothing she signs counts
    assert keys.ring().find(gone) is None
    keys.kit.edit_people(lambda rows: rows["ines"].update(roles=[], ssh_keys=[]))
    assert keys.ring().find(gone) is None
    keys.kit.edit_people(lambda rows: rows.pop("amir"))
    assert keys.ring().revoked_keys == {gone, keys.kit.key_id("ines")}


def test_requiring_a_key_says_by_which_rule_it_is_refused(keys: Keys) -> None:
    ring = keys.ring()
    lab = keys.kit.key("maya", ("lab",))
    ring = type(ring)(counting={**ring.counting, lab.id: lab}, known=ring.known)
    reason = {"what": Revoked.KEY, "subject": lab.id, "reason": "x"}
    said = Revocation(**keys.kit.stated("maya"), **reason)
    assert ring.require(said) == ring.require(said, "lab") == lab
    for wrong, environment in (
        (said.model_copy(update={"key": "key_" + "0" * 40}), None),
        (said.model_copy(update={"person": "tomas"}), None),
        (said, "production"),
    ):
        with pytest.raises(Refused) as caught:
            ring.require(wrong, environment)
        assert caught.value.rule == "key"


def test_looking_changes_nothing(keys: Keys) -> None:
    keys.admit("jonas")
    with keys.store.read() as conn:
        assert keyring(conn, keys.kit.roots) == keyring(conn, keys.kit.roots)
