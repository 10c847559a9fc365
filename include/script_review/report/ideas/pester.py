"""A Pester 5 sketch. The functions are loaded by themselves, so that the file's top level does not run while tests are found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from include.script_review.changing import Changing

# PowerShell takes each of these for the same quotation mark.
_QUOTES = "'‘’‚‛"
# In the name of a method call, of a path, of a computed command: nothing that a test can stand in for.
_NO_COMMAND = frozenset('[]():{}$@`"&|;<> ')

_HEAD = """\
#Requires -Modules @{{ ModuleName = 'Pester'; ModuleVersion = '5.0.0' }}
# A sketch, drafted from the text of {shown}. Nothing was run. TODO marks what only you know.
# Start it in the folder that was reviewed, on a machine that may lose what the file changes until every mock is right.

BeforeAll {{
    $script:source = Join-Path (Get-Location) {path}
    $tree = [System.Management.Automation.Language.Parser]::ParseFile($script:source, [ref]$null, [ref]$null)
    $isFunction = {{ param($node) $node -is [System.Management.Automation.Language.FunctionDefinitionAst] }}
    foreach ($definition in $tree.FindAll($isFunction, $false)) {{
        . ([scriptblock]::Create($definition.Extent.Text))
    }}
}}
"""


def sketch(path: str, changing: Sequence[Changing]) -> str:
    """The file of tests for one file."""
    parts = [_HEAD.format(shown=path, path=_quoted(path))]
    parts += ["\n".join(_describe(each)) + "\n" for each in changing]
    return "\n".join(parts)


def _describe(each: Changing) -> Iterator[str]:
    commands = [name for name in dict.fromkeys(each.commands) if _can_be_mocked(name)]
    title = each.function or "the script itself"
    yield f"Describe {_quoted(title)} {{"
    yield "    BeforeEach {"
    yield "        $ConfirmPreference = 'None'"
    yield from _arguments(each)
    for name in commands:
        yield f"        if (-not (Get-Command -Name {_quoted(name)} -ErrorAction Ignore)) {{"
        yield f"            Set-Item -Path {_quoted(f'Function:global:{name}')} -Value {{ }}"
        yield "        }"
        yield f"        Mock -CommandName {_quoted(name)} -MockWith {{ }}"
    yield "    }"
    yield from _left_out(each, commands)
    yield from _preview(each, commands)
    for name in commands:
        yield from _does(each, name)
        yield from _fails(each, name)
    yield "}"


def _arguments(each: Changing) -> Iterator[str]:
    yield "        $script:arguments = @{"
    for name in each.parameters:
        yield f"            {_quoted(name)} = 'TODO'"
    yield "        }"


def _left_out(each: Changing, commands: list[str]) -> Iterator[str]:
    for name in dict.fromkeys(each.commands):
        if name not in commands:
            yield f"    # TODO: {name} changes state and is no command that can be mocked: put it into a function of its own."


def _preview(each: Changing, commands: list[str]) -> Iterator[str]:
    yield ""
    yield "    It 'changes nothing with -WhatIf' {"
    yield f"        {_call(each)} -WhatIf"
    for name in commands:
        yield f"        Should -Invoke -CommandName {_quoted(name)} -Times 0 -Exactly"
    if not commands:
        yield "        Set-ItResult -Inconclusive -Because 'TODO: nothing here is mocked yet'"
    yield "    }"


def _does(each: Changing, name: str) -> Iterator[str]:
    yield ""
    yield f"    It {_quoted(f'calls {name} once for what it was given')} {{"
    yield f"        {_call(each)}"
    yield "        # TODO: -ParameterFilter with the target that it may touch, and no other."
    yield f"        Should -Invoke -CommandName {_quoted(name)} -Times 1 -Exactly"
    yield "    }"


def _fails(each: Changing, name: str) -> Iterator[str]:
    yield ""
    yield f"    It {_quoted(f'does not go on in silence when {name} fails')} {{"
    yield f"        Mock -CommandName {_quoted(name)} -MockWith {{ throw 'refused by the test' }}"
    yield f"        {{ {_call(each)} }} | Should -Throw"
    yield "        # TODO: what has been done before is undone, or is said."
    yield "    }"


def _call(each: Changing) -> str:
    return f"& {_quoted(each.function) if each.function else '$script:source'} @script:arguments"


def _can_be_mocked(name: str) -> bool:
    return bool(name) and not _NO_COMMAND.intersection(name) and not set(_QUOTES).intersection(name)


def _quoted(text: str) -> str:
    """A string that PowerShell does not look into; a quotation mark in it is doubled."""
    return "'" + "".join(one * 2 if one in _QUOTES else one for one in text) + "'"
