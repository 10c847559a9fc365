from __future__ import annotations

import itertools

from tests.include.script_review.powershell.kit import module, script


def test_commands_and_calls_in_the_order_of_the_text() -> None:
    model = script("Stop-Service (Get-Name)\n[IO.File]::Delete($x)\n$a.B().C($d)\nrm $y\n")
    assert [one.name for one in model.commands] == ["stop-service", "get-name", "remove-item"]
    assert [one.member for one in model.calls] == ["delete", "c", "b"] or [one.member for one in model.calls] == [
        "delete",
        "b",
        "c",
    ]
    assert model.calls[0].type == "io.file"
    assert [value.text for value in model.calls[0].arguments] == ["$x"]
    assert [one.text for one in model.named("rm", "remove-item")] == ["rm $y"]


def test_the_innermost_function_around_a_byte() -> None:
    text = "a\nfunction F { b; function G { c }; d }\ne\nfunction H { f }"
    model = script(text)
    owners = {one.name: one.function.name for one in model.commands}
    assert owners == {"a": "", "b": "F", "c": "G", "d": "F", "e": "", "f": "H"}
    assert model.function_at(10_000) is model.body


def test_assignments_by_name_and_the_last_function_of_a_name() -> None:
    model = script("$X = 1\n[int]$x = 2\n$global:x = 3\nfunction F { 1 }\nfunction F { 2 }")
    assert [value.text for _, value in model.assigned("x")] == ["1", "2"]
    assert [value.text for _, value in model.assigned("global:x")] == ["3"]
    assert model.assigned("y") == []
    assert model.functions_by_name["f"] is model.functions[1]
    assert model.lookup("nobody") is None


def test_a_module_knows_the_functions_of_its_files_and_not_those_of_its_tests() -> None:
    files = module(a="Remove-All", b="function Remove-All { Remove-Item x }", c_tests="function Only-Here { }")
    assert files["a.ps1"].lookup("remove-all") is files["b.ps1"].functions[0]
    assert files["a.ps1"].lookup("only-here") is None


def test_what_kind_of_file_it_is() -> None:
    assert script("", "A.PSM1").is_module
    assert not script("", "a.ps1").is_module
    assert script("", "x/A.Tests.PS1").is_test
    assert not script("", "tests.ps1").is_test


def test_errors_do_not_overlap_and_lie_in_the_file() -> None:
    text = "function F { (\n} ) ]\nStop-Service x }\n" * 20
    spans = script(text).errors
    assert spans
    assert all(before[1] < after[0] for before, after in itertools.pairwise(spans))
    assert all(0 <= start < end <= len(text) for start, end in spans)


def test_a_word_is_looked_for_in_any_case() -> None:
    model = script("-WhatIf")
    assert model.says(b"whatif")
    assert model.says(b"whatif")
    assert not model.says(b"confirm")


def test_where_the_parser_guessed_each_command_still_has_its_own_name() -> None:
    for text in (" <u\nStop-Service x", "<u\n$a.B()\nStop-Service x", "$a.–B()\n <u\nStop-Service x"):
        model = script(text)
        assert [one.name for one in model.commands if one.text == "Stop-Service x"] == ["stop-service"]
        assert all(one.name_node.start_byte >= one.start for one in model.commands)
        assert model.calls is not None
