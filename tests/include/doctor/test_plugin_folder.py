from __future__ import annotations

from pathlib import Path

import pytest

from include.doctor.finding import Level
from include.doctor.plugin_folder import OUR_FOLDERS, check_host_plugin_folder, check_plugin_folder
from include.doctor.surroundings import Surroundings
from tests.architecture.trees import ROOT, Spoiled, copy_tree
from tests.include.doctor.conftest import AT

PLUGIN = "from airflow.plugins_manager import AirflowPlugin\n\n\nclass Acme(AirflowPlugin):\n    name = 'acme'\n"


def found(here: Surroundings) -> list[tuple[str, str]]:
    findings = [*check_plugin_folder(here), *check_host_plugin_folder(here)]
    assert all(finding.next_step for finding in findings)
    return [(finding.level.value, finding.subject) for finding in findings]


def rewrite(spoiled: Spoiled, file: str, text: str) -> None:
    spoiled.plant(file, "")  # remembers what was there
    (spoiled.root / file).write_text(text, encoding="utf-8")


def test_all_of_our_folders_are_known():
    folders = {path.name for path in (ROOT / "plugins").iterdir() if any(path.rglob("*.py"))}
    assert folders <= set(OUR_FOLDERS)


def test_ours_is_silent(here: Surroundings):
    assert found(here) == []


@pytest.mark.parametrize(
    "text",
    [
        "/console/\n/hooks/\n/operators/\n/sensors/\n/triggers/\n",
        "console/   # ours\nhooks/**\noperators/**/*.py\nsensors\ntriggers/\nmine/\n",
        "*\n!/*.py\n",
    ],
)
def test_other_ways_to_shut_them(here: Surroundings, spoiled: Spoiled, text: str):
    rewrite(spoiled, "plugins/.airflowignore", text)
    assert found(here) == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "console, hooks, operators, sensors, triggers"),
        ("console/\noperators/\nsensors/\ntriggers/\n", "hooks"),
        ("#console/\nhooks/\noperators/\nsensors/\ntriggers/\n", "console"),
        ("console/\nhooks/read/\noperators/\nsensors/\ntriggers/\n", "hooks"),
        ("console/\nhooks/\noperators/*.txt\nsensors/\ntriggers/\n", "operators"),
        ("\x00\xff garbage [[[\n", "console, hooks, operators, sensors, triggers"),
    ],
)
def test_an_ignore_file_that_leaves_some_open(here: Surroundings, spoiled: Spoiled, text: str, named: str):
    rewrite(spoiled, "plugins/.airflowignore", text)
    (finding,) = check_plugin_folder(here)
    assert finding.level is Level.ERROR
    assert f"our {named}." in finding.problem


def test_no_ignore_file(here: Surroundings, tmp_path: Path):
    copy = copy_tree(tmp_path / "bare", ("plugins",))
    (copy / "plugins" / ".airflowignore").unlink()
    (finding,) = check_plugin_folder(Surroundings(root=copy, at=AT, search_path=()))
    assert (finding.level, finding.subject) == (Level.ERROR, str(copy / "plugins" / ".airflowignore"))
    assert "missing" in finding.problem


def test_a_plugin_in_a_folder_that_we_shut(here: Surroundings, spoiled: Spoiled):
    spoiled.plant("plugins/hooks/acme_plugin.py", PLUGIN)
    assert found(here) == [("warning", str(here.root / "plugins/hooks/acme_plugin.py"))]


def test_a_plugin_in_a_folder_of_its_own_loads(here: Surroundings, spoiled: Spoiled):
    spoiled.plant("plugins/acme/hooks/acme_plugin.py", PLUGIN)
    spoiled.plant("plugins/acme_plugin.py", PLUGIN)
    assert found(here) == []


def test_airflows_plugins_folder_is_another(here: Surroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "af" / "plugins"
    folder.mkdir(parents=True)
    monkeypatch.setenv("AIRFLOW__CORE__PLUGINS_FOLDER", str(folder))
    assert found(here) == [("warning", str(folder))]
    (folder / "holdpoint_plugin.py").write_text("# a link to ours", encoding="utf-8")
    assert found(here) == []
    (folder / "operators").mkdir()
    (folder / "operators" / "base.py").write_text("# a copy of ours", encoding="utf-8")
    assert found(here) == [("error", str(folder / ".airflowignore"))]


def test_the_configuration_file_is_read_too(here: Surroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "airflow.cfg").write_text("[core]\ndag_ignore_file_syntax = regexp\nfernet_key = %(x)s 100%\n", encoding="utf-8")
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    assert found(here) == [("error", "[core] dag_ignore_file_syntax")]
    monkeypatch.setenv("AIRFLOW__CORE__DAG_IGNORE_FILE_SYNTAX", "glob")
    assert found(here) == []


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"no section", b"[core\n", b""])
def test_a_broken_configuration_file_is_nobodys_setting(
    here: Surroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
):
    (tmp_path / "airflow.cfg").write_bytes(content)
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    assert found(here) == []


def host(here: Surroundings, tmp_path: Path, ignore: str | None) -> Surroundings:
    plugins = tmp_path / "host" / "plugins"
    plugins.mkdir(parents=True)
    if ignore is not None:
        (plugins / ".airflowignore").write_text(ignore, encoding="utf-8")
    return Surroundings(root=here.root, at=AT, search_path=(), host=tmp_path / "host")


def test_a_host_with_an_ignore_file_of_its_own(here: Surroundings, tmp_path: Path):
    assert found(host(here, tmp_path, "drafts/\n")) == [("error", str(tmp_path / "host/plugins/.airflowignore"))]


def test_a_host_whose_ignore_file_has_our_lines(here: Surroundings, tmp_path: Path):
    ours = (here.root / "plugins" / ".airflowignore").read_text(encoding="utf-8")
    assert found(host(here, tmp_path, "drafts/\n" + ours)) == []


def test_a_host_plugin_that_would_be_shut(here: Surroundings, tmp_path: Path):
    surroundings = host(here, tmp_path, None)
    path = tmp_path / "host" / "plugins" / "operators" / "acme_plugin.py"
    path.parent.mkdir()
    path.write_text(PLUGIN, encoding="utf-8")
    assert found(surroundings) == [("warning", str(path))]
