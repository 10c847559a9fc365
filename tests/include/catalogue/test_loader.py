"""What does not load says which field of which row, and what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from include.catalogue import loader
from include.catalogue.loader import EXAMPLE, load_catalogue
from include.catalogue.strict_yaml import load_yaml
from include.contracts.errors import ConfigError, NotFound


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[str, str, str], Path]:
    """A copy of the example with one text replaced in one file."""

    def edit(file: str, old: str, new: str) -> Path:
        folder = tmp_path / "a configuration"
        shutil.copytree(EXAMPLE, folder)
        text = (folder / file).read_text()
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1))
        return folder

    return edit


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("services.yaml", "  owner: tomas\n", "", "services.yaml row 2 (shop-orders): owner: Field required"),
        ("services.yaml", "owner: tomas", "owner: nobody", "services.yaml (shop-orders): owner: 'nobody' is not a person"),
        ("services.yaml", "on_call: shop", "on_call: moon", "on_call: 'moon' is not a rota"),
        ("services.yaml", "tier: 1", "tier: one", "services.yaml row 1 (shop-frontend): tier"),
        ("services.yaml", "tier: 1", "tier: 1\n  teir: 2", "teir: Extra inputs are not permitted"),
        ("services.yaml", "- name: shop-orders", "- name: shop-frontend", "'shop-frontend' stands there twice"),
        ("services.yaml", "depends_on: [shop-payments]", "depends_on: [shop-orders]", "depends_on: it names itself"),
        ("people.yaml", "time_zone: Asia/Kolkata", "time_zone: Moon/Crater", "'Moon/Crater' is not an IANA time zone"),
        ("people.yaml", "{system: airflow, id: tomas}", "{system: airflow, id: maya}", "accounts: airflow 'maya' is also 'maya'"),
        ("grants.yaml", "principals: [incident_triage@service]", "principals: []", "a grant to nobody"),
        ("grants.yaml", "tools: [get_recent_failed_logons]", "tools: []", "tools"),
        ("escalations.yaml", 'tell: "rota:shop"', 'tell: "rota:night"', "tell: 'night' is not a rota"),
        ("escalations.yaml", "channel: pager-file", "channel: pigeon", "channel: 'pigeon' is not a channel"),
        ("raci.yaml", "- {kind: audit_review", "# {kind: audit_review", "raci.yaml: audit_review: no row"),
        ("sources.yaml", "secret_env: HOLDPOINT_SECRET_ALERTMANAGER", "secret_env: lower case", "secret_env"),
        ("change_desks.yaml", 'services: ["*"]', "services: [moon]", "change_desks.yaml (embedded): services: 'moon' is not a"),
        ("change_desks.yaml", "clears: [public, internal]", "clears: [secret]", "clears: 'secret' is not a classification"),
        ("change_desks.yaml", "kind: embedded", "kind: jira", "change_desks.yaml row 1 (embedded)"),
        (
            "repositories.yaml",
            "owner: tomas",
            "owner: nobody",
            "repositories.yaml (shop-orders): owner: 'nobody' is not a person",
        ),
        ("repositories.yaml", "  owner: tomas\n", "", "repositories.yaml row 1 (shop-orders): owner: Field required"),
        ("repositories.yaml", "classification: internal", "classification: x", "classification: 'x' is not a classification"),
        ("repositories.yaml", "service: shop-orders", "service: moon", "service: 'moon' is not a service"),
        ("repositories.yaml", "where: lab", "where: ssh://lab", "repositories.yaml row 1 (shop-orders): where"),
        ("repositories.yaml", "review: nightly", "review: both", "reviews of pull requests need"),
        ("classifications.yaml", "rank: 20", "rank: -1", "classifications.yaml row 3 (security): rank"),
        ("rotas.yaml", 'rotation_start: "2026-01-05T09:00:00+01:00"', 'rotation_start: "2026-01-05"', "rotation_start"),
        ("settings.yaml", "quiet_minutes: 30", "quiet_minutes: 0", "settings.yaml"),
        ("people.yaml", "- name: maya", "- name: ma\u202eya", "U+202E"),
        ("people.yaml", "- name: maya", "name: maya", "people.yaml"),
    ],
)
def test_what_does_not_load_says_which_field_of_which(
    edited: Callable[[str, str, str], Path], file: str, old: str, new: str, named: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load_catalogue(edited(file, old, new), "")
    assert named in caught.value.message
    assert caught.value.next_step


def test_a_missing_table_and_a_missing_overlay_are_said(tmp_path: Path, edited: Callable[[str, str, str], Path]) -> None:
    folder = edited("rotas.yaml", "name: shop", "name: shop")
    (folder / "rotas.yaml").unlink()
    with pytest.raises(ConfigError, match=r"rotas\.yaml is missing"):
        load_catalogue(folder, "")
    with pytest.raises(ConfigError, match="overlay 'moon' does not exist"):
        load_catalogue(EXAMPLE, "moon")


def test_a_broken_one_is_read_once_in_a_while_as_one_that_loads(
    edited: Callable[[str, str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = edited("people.yaml", "- name: maya", "- name: ma ya")
    monkeypatch.setattr(loader, "LOOK_EVERY_S", 3_600.0)
    before = loader._load.cache_info().misses
    for _ in range(50):
        with pytest.raises(ConfigError, match="people"):
            load_catalogue(folder, "")
    assert loader._load.cache_info().misses <= before + 2  # two, where the hour ends just now
    monkeypatch.setattr(loader, "LOOK_EVERY_S", 1e-9)
    shutil.copy(EXAMPLE / "people.yaml", folder)
    assert load_catalogue(folder, "").person("maya").name == "maya"


def test_the_same_error_again_does_not_grow(edited: Callable[[str, str, str], Path]) -> None:
    folder, depths = edited("people.yaml", "- name: maya", "- name: ma ya"), set()
    for _ in range(5):
        with pytest.raises(ConfigError) as caught:
            load_catalogue(folder, "")
        depths.add(len(caught.traceback))
    assert len(depths) == 1


def test_what_cannot_be_read_is_said_and_an_editor_s_lock_is_no_matter(tmp_path: Path) -> None:
    folder = tmp_path / "a configuration"
    shutil.copytree(EXAMPLE, folder)
    (folder / ".#people.yaml").symlink_to("somebody@somewhere.4711")
    assert load_catalogue(folder, "").people
    (folder / "rotas.yaml").unlink()
    (folder / "rotas.yaml").symlink_to("/proc/self/mem")  # reading its beginning fails, whoever reads
    with pytest.raises(ConfigError, match="cannot be read"):
        load_catalogue(folder, "lab")


def test_an_overlay_replaces_rows_and_has_a_revision_of_its_own() -> None:
    base, lab = load_catalogue(EXAMPLE, ""), load_catalogue(EXAMPLE, "lab")
    assert base.revision != lab.revision
    assert "prometheus" in base.services["shop-orders"].systems
    assert "prometheus" not in lab.services["shop-orders"].systems
    assert lab.people.keys() == base.people.keys()


@pytest.mark.parametrize(
    ("at", "person"),
    [
        ("2026-01-05T07:59:59+00:00", "maya"),  # before the rotation: the fallback
        ("2026-01-05T08:00:00+00:00", "maya"),
        ("2026-01-12T07:59:59+00:00", "maya"),
        ("2026-01-12T08:00:00+00:00", "tomas"),
        ("2026-01-19T08:00:00+00:00", "priya"),
        ("2026-01-26T08:00:00+00:00", "maya"),
    ],
)
def test_who_is_on_call(at: str, person: str) -> None:
    assert load_catalogue(EXAMPLE, "").on_call("shop", datetime.fromisoformat(at).astimezone(UTC)).name == person


@pytest.mark.parametrize(
    "data",
    [b"a: 1\na: 2", b"a: &x 1\nb: *x", b"{", b"\xff", b"a: !!python/object:os.system x", b"? [1]\n: 2", b"a: " + b"[" * 500],
)
def test_yaml_with_surprises_is_refused(data: bytes) -> None:
    with pytest.raises(ConfigError, match=r"x\.yaml"):
        load_yaml(data, "x.yaml")


def test_yaml_words_stay_words() -> None:
    assert load_yaml(b"a: 2026-01-01\nb: on\nc: no\nd: true\n", "x.yaml") == {
        "a": "2026-01-01",
        "b": "on",
        "c": "no",
        "d": True,
    }


def test_two_repositories_of_one_name_on_github_are_refused(edited: Callable[[str, str, str], Path]) -> None:
    more = """  github: Acme/Scripts
  review: nightly
- name: twice
  owner: maya
  where: https://github.com/acme/scripts.git
  classification: internal
  github: acme/scripts
"""
    with pytest.raises(ConfigError, match="'acme/scripts' is also 'shop-orders'"):
        load_catalogue(edited("repositories.yaml", "  review: nightly\n", more), "")


def test_a_repository_is_found_by_its_name() -> None:
    catalogue = load_catalogue(EXAMPLE, "")
    assert catalogue.repository("shop-orders").owner == "tomas"
    with pytest.raises(NotFound, match="no repository 'moon'"):
        catalogue.repository("moon")
