"""The lab's people: their keys are in the catalogue, good in the lab alone, and the folder of trust is whole."""

from __future__ import annotations

import stat
from pathlib import Path

from include.catalogue.loader import load_catalogue
from include.holds.signatures.sign_ssh import public_key
from include.holds.trust import TrustRoots
from lab.people import SIGN, People


def test_everybody_who_signs_has_a_key_that_only_they_can_read(tmp_path: Path) -> None:
    made = People.create(tmp_path / "with a space")
    catalogue = load_catalogue(made.folder / "config", "lab")
    for name in SIGN:
        (row,) = catalogue.person(name).ssh_keys
        assert row.public == public_key(made.key_file(name))
        assert row.environments == ("lab",)
        assert stat.S_IMODE(made.key_file(name).stat().st_mode) == 0o600
    assert not load_catalogue(made.folder / "config", "").person("maya").ssh_keys


def test_the_folder_of_trust_is_whole(tmp_path: Path) -> None:
    made = People.create(tmp_path / "people")
    roots = TrustRoots.load(load_catalogue(made.folder / "config", "lab"), Path(made.environment["HOLDPOINT_TRUST"]))
    assert roots.tools is not None
    assert [tool.name for tool in roots.tools.tools] == ["restart_service"]
    assert roots.checkpoints == made.checkpoints
