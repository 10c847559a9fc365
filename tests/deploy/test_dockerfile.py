from __future__ import annotations

import re
import subprocess

import pytest

from tests.deploy.compose import REPOSITORY, services
from tests.deploy.dockerignore import sent

DOCKERFILE = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
IGNORE = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8")


def instructions() -> list[tuple[str, str]]:
    """(instruction, arguments), continuation lines joined, comments gone."""
    joined = re.sub(r"\\\n", " ", re.sub(r"(?m)^\s*#.*\n", "", DOCKERFILE))
    found = [line.split(None, 1) for line in joined.splitlines() if line.strip()]
    return [(name.upper(), rest) for name, rest in found]


def copies() -> list[tuple[list[str], str]]:
    """(sources, destination) of each COPY."""
    words = [[word for word in rest.split() if not word.startswith("--")] for name, rest in instructions() if name == "COPY"]
    return [(each[:-1], each[-1]) for each in words]


def files_of(folder: str) -> list[str]:
    # What a clone has, plus what is not committed yet.
    command = ["git", "-C", str(REPOSITORY), "ls-files", "--cached", "--others", "--exclude-standard", "--", folder]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split("\n")
    return [path for path in listed if path] or [
        str(path.relative_to(REPOSITORY)) for path in (REPOSITORY / folder).rglob("*") if path.is_file()
    ]


def test_every_instruction_is_one() -> None:
    assert {name for name, _ in instructions()} <= {"FROM", "COPY", "RUN", "USER", "ENV", "WORKDIR", "ENTRYPOINT", "ARG", "LABEL"}


def test_the_base_is_the_official_airflow_of_the_version_we_pin() -> None:
    pinned = re.search(r"(?m)^apache-airflow==(\S+)", (REPOSITORY / "requirements.in").read_text(encoding="utf-8"))
    assert pinned
    assert [rest for name, rest in instructions() if name == "FROM"] == [f"apache/airflow:{pinned[1]}-python3.11"]


def test_what_is_copied_exists_and_is_sent_to_the_build() -> None:
    assert len(copies()) >= 6
    for sources, _ in copies():
        for source in sources:
            path = REPOSITORY / source
            assert path.exists(), source
            assert path.is_dir() or sent(source, IGNORE), source


@pytest.mark.parametrize("folder", ["dags", "plugins", "include"])
def test_all_of_a_code_folder_is_sent(folder: str) -> None:
    files = files_of(folder)
    assert files
    for path in files:
        assert sent(path, IGNORE), path


@pytest.mark.parametrize("name", ["templates/page.html", "static/console.css", "static/htmx.min.js", "static/htmx.LICENSE.txt"])
def test_the_consoles_pages_are_sent_with_its_code(name: str) -> None:
    assert f"plugins/console/{name}" in files_of("plugins")
    assert sent(f"plugins/console/{name}", IGNORE)


def test_airflowignore_is_sent_and_copied() -> None:
    """Without it Airflow's plugin loader executes every file below plugins/."""
    assert (REPOSITORY / "plugins/.airflowignore").is_file()
    assert sent("plugins/.airflowignore", IGNORE)
    assert (["plugins"], "/opt/airflow/plugins") in copies()
    assert not sent("plugins/.airflowignore", IGNORE + "\n**/.*ignore")


@pytest.mark.parametrize(
    "path",
    [
        "deploy/secrets/jwt_secret",
        ".env",
        ".git/config",
        "var/holdpoint.db",
        ".venv/bin/python",
        "tests/conftest.py",
        "lab/web.py",
    ],
)
def test_nothing_else_is_sent(path: str) -> None:
    assert not sent(path, IGNORE)


def test_no_bytecode_of_this_machine_is_sent() -> None:
    assert not sent("include/__pycache__/cli.cpython-311.pyc", IGNORE)


def test_it_ends_as_another_user_than_root_and_the_code_is_roots() -> None:
    users = [rest for name, rest in instructions() if name == "USER"]
    assert users[-1] == "50000:0"
    assert "--chown" not in DOCKERFILE
    assert users[-1] == services()["worker"]["user"]


def test_bytecode_is_compiled_and_may_be_written() -> None:
    assert "compileall" in DOCKERFILE
    assert "PYTHONDONTWRITEBYTECODE" not in DOCKERFILE


def test_python_finds_include_and_plugins() -> None:
    env = dict(re.findall(r"([A-Z_]+)=(\S+)", " ".join(rest for name, rest in instructions() if name == "ENV")))
    assert env["PYTHONPATH"] == "/opt/airflow"
    for folder in ("include", "plugins", "dags"):
        assert ([folder], f"{env['PYTHONPATH']}/{folder}") in copies()


def test_the_entrypoint_is_copied_to_where_it_is_started() -> None:
    entrypoint = next(rest for name, rest in instructions() if name == "ENTRYPOINT")
    assert entrypoint == '["/usr/bin/dumb-init", "--", "/opt/holdpoint/entrypoint.sh"]'
    assert (["deploy/entrypoint.sh"], "/opt/holdpoint/entrypoint.sh") in copies()
