"""The rules for shell scripts on the many ways in which people write a thing."""

from __future__ import annotations

import pytest

from include.script_review.bash.script import Script
from include.script_review.rule import Hit
from include.script_review.rules.bash.registry import RULES
from include.script_review.source import Source
from tests.include.script_review.rules.bash_snippets import BAD, GOOD

_BY_ID = {rule.id: rule for rule in RULES}


def hits(rule: str, text: str, path: str = "x.sh", beside: frozenset[str] = frozenset()) -> list[Hit]:
    return list(_BY_ID[rule].check(Script.of(Source(path, "bash", text), beside)))


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in BAD.items() for text in texts])
def test_it_is_found(rule: str, text: str) -> None:
    assert hits(rule, text + "\n")


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in GOOD.items() for text in texts])
def test_it_is_left_alone(rule: str, text: str) -> None:
    assert hits(rule, text + "\n") == []


def test_the_place_of_a_finding_is_the_command() -> None:
    text = "echo ä\ncurl -s https://x.example | sudo sh -s\n"
    (hit,) = hits("sh-download-run", text)
    assert text.encode()[hit.start : hit.end].decode() == "curl -s https://x.example | sudo sh -s"


def test_the_place_inside_a_string_for_another_shell_is_right() -> None:
    text = "ssh host 'cd /x; rm -rf /usr'\n"
    (hit,) = hits("sh-rm-broad", text)
    assert text[hit.start : hit.end] == "rm -rf /usr"


def test_a_secret_is_not_repeated() -> None:
    for text in BAD["sh-credential-argument"]:
        assert not any("S3cret" in hit.message or "wJalr" in hit.message for hit in hits("sh-credential-argument", text + "\n"))


def test_a_script_that_reads_others_may_get_the_variable_from_them() -> None:
    (sure,) = hits("sh-rm-unguarded", 'rm -rf "$DIR/"\n')
    (less,) = hits("sh-rm-unguarded", '. ./settings.sh\nrm -rf "$DIR/"\n')
    assert sure.severity is None
    assert less.severity == "medium"


def test_tests_beside_a_script_are_seen() -> None:
    text = "restart() {\n  systemctl restart x\n}\n"
    assert hits("sh-no-tests", text, "lib/ops.sh", frozenset({"lib/ops.sh"}))
    assert not hits("sh-no-tests", text, "lib/ops.sh", frozenset({"lib/ops.sh", "lib/tests/ops.bats"}))
    assert not hits("sh-no-tests", text, "lib/ops.sh", frozenset({"test/ops_test.sh"}))
    assert hits("sh-no-tests", text, "lib/ops.sh", frozenset({"web/other.bats"}))


def test_broken_syntax_is_looked_at_by_its_lines() -> None:
    assert hits("sh-terraform-auto-approve", "if then ((\nterraform apply -auto-approve\n")
    assert hits("sh-device-write", ")) (( {{\n  dd if=/dev/zero of=/dev/sda }}\n")
    assert hits("sh-rm-broad", "# rm -rf /\nif then ((\n") == []


def test_bats_tests_that_check_are_left_alone() -> None:
    for body in ("run f\n  assert_success", "f", "run f\n  [[ $output == x ]]", "! f", "run -1 f\n  grep -q x log"):
        assert hits("sh-test-asserts-nothing", f'@test "x" {{\n  {body}\n}}\n', "x.bats") == []
    for body in ("run f", "run f\n  echo done", ":", "run f arg\n  run g"):
        assert hits("sh-test-asserts-nothing", f'@test "x" {{\n  {body}\n}}\n', "x.bats")


def test_a_plan_that_was_shown_and_asked_about_weighs_less() -> None:
    text = "terraform plan\nread -rp 'apply? ' yes\n[ \"$yes\" = y ] && terraform apply -auto-approve\n"
    assert [hit.severity for hit in hits("sh-terraform-auto-approve", text)] == ["medium"]
    assert [hit.severity for hit in hits("sh-terraform-auto-approve", "terraform plan\nterraform apply -auto-approve\n")] == [
        None
    ]
