from __future__ import annotations

from time import process_time

from tests.include.script_review.powershell.kit import module, script

CHAIN = """
function A { B }
function B { if ($PSCmdlet.ShouldProcess('x')) { C } }
function C { D; sc.exe stop x }
function D { B; Remove-Item x }
function Alone { Get-Date }
A
"""


def test_what_is_reached_through_others() -> None:
    model = script(CHAIN)
    changes = model.changes
    functions = model.functions_by_name
    assert [one.name for one in changes.changing] == ["", "A", "B", "C", "D"]
    assert changes.reaches(functions["a"]) in changes.all
    assert changes.reaches_deaf(functions["d"]).what == "sc.exe"  # type: ignore[union-attr]
    assert changes.reaches(functions["alone"]) is None
    assert [one.what for one in changes.of(functions["d"])] == ["Remove-Item"]


def test_who_is_asked_and_who_calls() -> None:
    model = script(CHAIN)
    functions = model.functions_by_name
    assert [name for name, one in functions.items() if model.changes.asks(one)] == ["b"]
    assert [name for name, one in functions.items() if model.changes.asked_on_path(one)] == ["a", "b", "c", "d"]
    assert {one.name for one in model.changes.callers(functions["b"])} == {"A", "D"}
    assert model.changes.callers(functions["a"]) == (model.body,)
    assert model.changes.callers(model.body) == ()


def test_nobody_calls_the_body_by_a_computed_name() -> None:
    model = script("& $tool x\nfunction F { & $other y }")
    assert model.changes.callers(model.body) == ()


def test_a_change_in_another_file_of_the_module() -> None:
    files = module(a="function A { B }", b="function B { Remove-Item x }", c="function C { Get-Date }")
    assert [bool(one.changes.changing) for one in files.values()] == [True, True, False]


def test_a_function_that_calls_itself() -> None:
    model = script("function F { F; Remove-Item x }\nfunction G { G }")
    assert [one.name for one in model.changes.changing] == ["F"]


def test_near_is_bounded() -> None:
    model = script("\n".join(f"function F{at} {{ F{at + 1} }}" for at in range(500)))
    assert [one.name for one in model.changes.near(model.functions[0])] == [f"F{at}" for at in range(20)]


def test_a_long_chain_takes_no_square_time() -> None:
    def seconds(count: int) -> float:
        text = "\n".join(f"function F{at} {{ F{at + 1} }}" for at in range(count)) + f"\nfunction F{count} {{ Remove-Item x }}"
        began = process_time()
        assert len(script(text).changes.changing) == count + 1
        return process_time() - began

    assert seconds(8_000) < 12 * seconds(1_000) + 1
