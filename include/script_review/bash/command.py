"""One simple command: its name behind `sudo` and the like, its words, its pipeline, where its output goes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tree_sitter import Node

from include.script_review.bash.word import HOLE, Word
from include.script_review.rule import Hit

if TYPE_CHECKING:
    from include.script_review.bash.script import Script

# Commands that run the command behind them, and their options that take a value of their own.
WRAPPERS: dict[str, str] = {
    "sudo": "ugpCDhrtTU",
    "doas": "uC",
    "env": "uCS",
    "nohup": "",
    "exec": "a",
    "command": "",
    "builtin": "",
    "time": "fo",
    "nice": "n",
    "ionice": "cnp",
    "stdbuf": "ioe",
    "timeout": "ks",
    "setsid": "",
    "xargs": "IaLnPsdE",
    "chroot": "",
    "run": "",  # bats
    "busybox": "",
    "chronic": "",
    "retry": "",
    "unbuffer": "",
}
_STAGES = 100  # nobody writes longer pipelines
_CLIMB = 8  # a redirection stands no further above the command that it is for
_POSITIONAL = {"timeout": 1, "chroot": 1}  # words of their own before the command


@dataclass(frozen=True, eq=False)
class Command:
    """`name` is the command's own, without a path; empty where it is computed. `arguments` stand behind it."""

    script: Script
    node: Node
    name_node: Node

    @cached_property
    def start(self) -> int:
        """Its first byte in the file."""
        return self.script.base + self.node.start_byte

    @cached_property
    def end(self) -> int:
        """The byte behind its last."""
        return self.script.base + self.node.end_byte

    @cached_property
    def text(self) -> str:
        """As written."""
        return (self.node.text or b"").decode("utf-8", "replace")

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """All of it, its written name first; without assignments and redirections."""
        return (Word(self.name_node), *(Word(node) for node in self.node.children_by_field_name("argument")))

    @cached_property
    def _split(self) -> tuple[str, int, tuple[str, ...]]:
        return unwrapped(self.words)

    @property
    def name(self) -> str:
        """`rm` for `sudo -n /bin/rm`."""
        return self._split[0]

    @property
    def arguments(self) -> tuple[Word, ...]:
        """The words behind the name."""
        return self.words[self._split[1] + 1 :]

    @property
    def wrappers(self) -> tuple[str, ...]:
        """`sudo`, `xargs`... that it stands behind."""
        return self._split[2]

    @cached_property
    def literals(self) -> tuple[str, ...]:
        """Its arguments, each without quotes, with a HOLE for what is filled in."""
        return tuple(word.shape for word in self.arguments)

    @cached_property
    def plain(self) -> tuple[str, ...]:
        """Its arguments that are no options."""
        return tuple(text for text in self.literals if not text.startswith("-") or text == "-")

    @cached_property
    def flags(self) -> frozenset[str]:
        """Single letters of its short options, and its long options without their values: `{"r", "f", "--force"}`."""
        found: set[str] = set()
        for text in self.literals:
            if text == "--":
                break
            if text.startswith("--"):
                found.add(text.split("=", 1)[0])
            elif text.startswith("-") and len(text) > 1:
                found.update(text[1:])
        return frozenset(found)

    def has(self, *options: str) -> bool:
        """Is one of these words among its arguments, as such or with `=value`?"""
        return any(text == option or text.startswith(option + "=") for text in self.literals for option in options)

    def value(self, *options: str) -> Word | None:
        """The word behind an option: `-o FILE`, `--output FILE`; of `--output=FILE` the whole word."""
        words = self.arguments
        for at, word in enumerate(words):
            if word.shape in options:
                return words[at + 1] if at + 1 < len(words) else None
            if any(option.startswith("--") and word.shape.startswith(option + "=") for option in options):
                return word
        return None

    @cached_property
    def environment(self) -> tuple[Node, ...]:
        """The assignments before it: `PGPASSWORD=x psql`."""
        return tuple(node for node in self.node.named_children if node.type == "variable_assignment")

    @cached_property
    def _outer(self) -> Node:
        """The node that stands for it in a pipeline or list."""
        node = self.node
        while node.parent is not None and node.parent.type in ("redirected_statement", "negated_command"):
            node = node.parent
        return node

    @cached_property
    def pipeline(self) -> tuple[Command | None, ...]:
        """Every stage of its pipeline; None for one that is no simple command."""
        holder = self._outer.parent
        if holder is None or holder.type != "pipeline":
            return (self,)
        return self.script.stages(holder)

    @cached_property
    def _place(self) -> int:
        """Its place in its pipeline, from 0."""
        return next((number for number, stage in enumerate(self.pipeline) if stage is self), len(self.pipeline))

    @property
    def after(self) -> tuple[Command | None, ...]:
        """The stages behind it."""
        return self.pipeline[self._place + 1 :] if len(self.pipeline) < _STAGES else ()

    @property
    def after_nodes(self) -> list[Node]:
        """The nodes of the stages behind it."""
        holder = self._outer.parent
        if holder is None or holder.type != "pipeline" or len(self.pipeline) >= _STAGES:
            return []
        return [node for node in holder.named_children if node.type != "comment"][self._place + 1 :]

    @property
    def before(self) -> tuple[Command | None, ...]:
        """The stages in front of it."""
        return self.pipeline[: self._place] if len(self.pipeline) < _STAGES else ()

    @cached_property
    def redirects(self) -> tuple[Node, ...]:
        """Its redirections, and those of the statement that it ends."""
        found = list(self.node.children_by_field_name("redirect"))
        node = self.node.parent
        for _ in range(_CLIMB):
            if node is None or node.type not in ("redirected_statement", "pipeline", "list", "negated_command"):
                break
            found += node.children_by_field_name("redirect")
            node = node.parent
        return tuple(found)

    @cached_property
    def output_hidden(self) -> bool:
        """Does its output go to /dev/null, a file or another command?"""
        return bool(self.after) or any(
            b">" in (node.text or b"")[:3] for node in self.redirects if b">&2" not in (node.text or b"")
        )

    @cached_property
    def allowed_to_fail(self) -> bool:
        """Is it followed by `|| true` or `|| :`?"""
        node = self._outer
        if node.parent is not None and node.parent.type == "pipeline":
            node = node.parent
        while node.parent is not None and node.parent.type == "redirected_statement":
            node = node.parent
        holder = node.parent
        if holder is None or holder.type != "list" or holder.child_count < 3 or holder.children[0].id != node.id:
            return False
        return (holder.children[1].text, (holder.children[2].text or b"").split()[:1]) in ((b"||", [b"true"]), (b"||", [b":"]))

    @cached_property
    def checked(self) -> bool:
        """Is what it returned looked at: in a condition, before `||` or `&&`, or negated?"""
        node: Node | None = self.node
        while node is not None and node.parent is not None:
            holder = node.parent
            if holder.type in ("list", "negated_command"):
                return True
            if holder.type in ("if_statement", "elif_clause", "while_statement"):
                return node.start_byte < next((c.start_byte for c in holder.children if c.type in ("then", "do_group")), 0)
            if holder.type not in ("redirected_statement", "pipeline"):
                return False
            node = holder
        return False

    @property
    def loop(self) -> Node | None:
        """The innermost `for`, `while` or `until` that it stands in."""
        return self.script.around(self.start, "loop")

    @property
    def substitution(self) -> Node | None:
        """The innermost `$(...)`, backticks or `<(...)` that it stands in."""
        return self.script.around(self.start, "substitution")

    def hit(self, message: str) -> Hit:
        """This command, and what is wrong with it."""
        return Hit(self.start, self.end, message)


def unwrapped(words: tuple[Word, ...]) -> tuple[str, int, tuple[str, ...]]:
    """The name of the command behind its wrappers, the place of that word, and the wrappers."""
    at = 0
    wrappers: list[str] = []
    while at < len(words):
        name = base_name(words[at].shape)
        if name not in WRAPPERS or len(wrappers) > 4:
            return name, at, tuple(wrappers)
        following = _behind_options(name, words, at + 1)
        if following >= len(words):
            return name, at, tuple(wrappers)
        wrappers.append(name)
        at = following
    return "", 0, tuple(wrappers)


def _behind_options(name: str, words: tuple[Word, ...], at: int) -> int:
    """The place of the first word that is neither an option of the wrapper nor a value of one."""
    takes, own = WRAPPERS[name], _POSITIONAL.get(name, 0)
    while at < len(words):
        text = words[at].shape
        if text.startswith("-") and len(text) > 1:
            at += 2 if len(text) == 2 and text[1] in takes else 1
        elif name in ("env", "sudo", "doas") and "=" in text:
            at += 1
        elif own:
            own, at = own - 1, at + 1
        else:
            break
    return at


def base_name(text: str) -> str:
    """`rm` for `/bin/rm`; empty for what is computed."""
    return "" if HOLE in text else text.rsplit("/", 1)[-1]
