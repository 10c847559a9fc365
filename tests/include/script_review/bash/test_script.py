"""What the model of a shell script says."""

from __future__ import annotations

import time

import pytest

from include.script_review.bash.changes import changing_functions, system_changes
from include.script_review.bash.files import is_device, is_system, tidy
from include.script_review.bash.script import Script
from include.script_review.bash.tree import normalised
from include.script_review.bash.variables import least


def script(text: str, path: str = "x.sh") -> Script:
    return Script(text.encode(), path)


@pytest.mark.parametrize(
    ("text", "name", "arguments"),
    [
        ("/bin/rm -rf x", "rm", ("-rf", "x")),
        ("sudo -u root -n rm x", "rm", ("x",)),
        ("env A=1 B=2 nohup curl y", "curl", ("y",)),
        ("timeout -k 5 30 ssh h", "ssh", ("h",)),
        ("sudo", "sudo", ()),
        ("$TOOL x", "", ("x",)),
        ("\\rm x", "rm", ("x",)),
        ("'rm' \"a b\" c\\ d", "rm", ("a b", "c d")),
        ('echo "$X/y" ${Z}a', "echo", ("\0/y", "\0a")),
        ('echo " $X  b"', "echo", (" \0  b",)),
        ("A=1 rm x", "rm", ("x",)),
        ("echo $'a b'", "echo", ("a b",)),
    ],
)
def test_names_and_words(text: str, name: str, arguments: tuple[str, ...]) -> None:
    command = script(text + "\n").own[0]
    assert (command.name, command.literals) == (name, arguments)


def test_wrappers_flags_and_values() -> None:
    (command,) = script("sudo curl -fsS --output=x -u me --retry 3 http://y\n").own
    assert command.wrappers == ("sudo",)
    assert {"f", "s", "S", "u", "--output", "--retry"} == set(command.flags)
    value = command.value("-u")
    assert value is not None
    assert value.shape == "me"
    assert command.value("-z") is None
    assert command.has("--output")
    assert not command.has("--out")


def test_pipelines() -> None:
    text = "a | ! b | { c; } | sudo d > f\n"
    one = script(text)
    first = one.calls("a")[0]
    assert [stage.name if stage else None for stage in first.pipeline] == ["a", "b", None, "d"]
    assert [stage.name if stage else None for stage in one.calls("d")[0].before] == ["a", "b", None]
    assert one.calls("c")[0].pipeline == (one.calls("c")[0],)


def test_what_is_checked_and_what_may_fail() -> None:
    one = script("a || true\nb || exit 1\nif c; then d; fi\nwhile e; do f; done\ng >/dev/null 2>&1 || :\n! h\ni\n")
    assert {command.name: command.checked for command in one.own if len(command.name) == 1 and command.name != ":"} == {
        "a": True,
        "b": True,
        "c": True,
        "d": False,
        "e": True,
        "f": False,
        "g": True,
        "h": True,
        "i": False,
    }
    assert [command.name for command in one.own if command.allowed_to_fail] == ["a", "g"]


def test_options() -> None:
    one = script("#!/bin/bash -u\na\nset -eo pipefail\nb\nset +e\nc\n")
    at = {command.name: command.start for command in one.own}
    assert one.options.on("u", at["a"])
    assert not one.options.on("e", at["a"])
    assert one.options.on("e", at["b"])
    assert one.options.on("pipefail", at["c"])
    assert not one.options.on("e", at["c"])
    assert not script("set -- -e\na\n").options.on("e", 100)


def test_scripts_in_strings_and_here_documents() -> None:
    text = "bash -c 'a; b \"c d\"'\nssh -p 22 h \"e; f\"\nssh h <<'E'\ng\nE\ncat <<E\nno\nE\nsu - x -c 'h'\nbash script.sh\n"
    one = script(text)
    found = {command.name: text[command.start : command.end] for command in one.commands}
    assert {"a", "b", "e", "f", "g", "h"} <= found.keys()
    assert "no" not in found
    assert (found["b"], found["f"]) == ('b "c d"', "f")


def test_functions_that_change_state() -> None:
    text = (
        "look() { systemctl status x; }\nact() {\n  systemctl restart x\n  rm -f y\n}\n"
        "outer() { act; }\nloop() { loop; other; }\nother() { loop; kubectl apply -f x; }\n"
    )
    found = [(one.name, one.line, one.commands) for one in changing_functions(script(text))]
    assert found == [
        ("act", 2, ("rm", "systemctl")),
        ("outer", 6, ("rm", "systemctl")),
        ("loop", 7, ("kubectl",)),
        ("other", 8, ("kubectl",)),
    ]


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("systemctl restart x", True),
        ("systemctl is-active x", False),
        ("systemctl --user daemon-reload", True),
        ("kubectl get pods", False),
        ("kubectl rollout status deploy/x", False),
        ("kubectl rollout undo deploy/x", True),
        ("kubectl apply --dry-run=client -f x", False),
        ("aws ec2 terminate-instances --instance-ids x", True),
        ("aws ec2 describe-instances", False),
        ("az vm delete -n x", True),
        ("az vm list", False),
        ("terraform plan", False),
        ("sudo terraform apply x", True),
        ("docker ps", False),
        ("docker volume rm x", True),
        ("docker volume ls", False),
        ("rpm -qa", False),
        ("rpm -Uvh x", True),
        ("fdisk -l", False),
        ("ip addr show", False),
        ("ip route add default via x", True),
        ("service x status", False),
        ("service x stop", True),
        ("crontab -l", False),
        ("iptables -L", False),
        ("useradd x", True),
        ("echo systemctl restart x", False),
    ],
)
def test_what_changes_a_system(text: str, changes: bool) -> None:
    assert bool(system_changes(script(text + "\n"))) is changes


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('x "$A/b"', "/b"),
        ('x "$A"/*', "/*"),
        ("A=/srv\nx $A/", "/srv/"),
        ("A=$B\nB=q\nx $A/", "q/"),
        ("A=$A\nx $A/", "\1/"),
        ("x ${A:-z}/", "\1/"),
        ("x ${A:-}/", "/"),
        ("x $(pwd)/", "\1/"),
        ("x ${A:?}/", "\1/"),
        ("[ $A ]\nx $A/", "\1/"),
        ("[ $AB ]\nx $A/", "/"),
        ("A=\nA=/srv\nx $A/", "/srv/"),
        ('A=/srv\nbash -c "x $A/"', "/srv/"),
    ],
)
def test_what_is_left_when_variables_are_empty(text: str, left: str) -> None:
    command = script(text + "\n").calls("x")[0]
    assert least(command.script, command.arguments[0], command.start) == left


def test_paths() -> None:
    tidied = {"/usr//*": "/usr", "/": "/", "//": "/", "/etc/.": "/etc", "/opt/../etc/": "/etc", "/x/.*": "/x"}
    assert {path: tidy(path) for path in tidied} == tidied
    assert is_system("/var/*")
    assert not is_system("/var/www")
    assert not is_system("var")
    assert is_device("/dev/nvme0n1")
    assert not is_device("/dev/null")


def test_bats_keeps_its_bytes() -> None:
    text = b"@test \"a {b}\" {\n  run x\n}\n  @test 'c' {  # note\n y\n}\n@test broken\n"
    assert len(normalised(text)) == len(text)
    assert [function.commands[0].text for function in Script(text, "x.bats").functions] == ["run x", "y"]


def test_errors_and_their_share() -> None:
    assert script("echo a\n").share == 1.0
    assert Script(b"").share == 1.0
    broken = script("echo a\nif then ((\n")
    assert 0 <= broken.share < 1
    assert broken.errors


def test_a_text_that_keeps_the_parser_busy_is_given_up() -> None:
    started = time.monotonic()
    one = script("a=jsonencode(" * 5_000)
    assert one.share == 0
    assert one.commands == ()
    assert time.monotonic() - started < 20


def test_deep_and_long_scripts_end() -> None:
    started = time.monotonic()
    one = script(" && ".join(["curl x"] * 2_000) + "\n" + " | ".join(["curl x"] * 2_000) + "\n")
    assert all(command.after == () or command.after for command in one.calls("curl"))
    assert time.monotonic() - started < 20
