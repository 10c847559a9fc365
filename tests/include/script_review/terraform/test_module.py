"""What the model of a Terraform file says."""

from __future__ import annotations

from include.script_review.terraform.module import Module
from include.script_review.terraform.policy import statements

TEXT = """
resource "a" "b" {
  text   = "x${var.y}z"
  number = 3
  on     = true
  list   = ["p", var.q, "r"]
  object = { k = "v", "w" = [1] }
  call   = jsonencode({ Statement = [{ Action = ["s3:*"], Resource = "*" }] })
  long   = <<-EOT
    one
    two ${x}
  EOT
  inner {
    deep = "d"
  }
  dynamic "inner" {
    for_each = [1]
    content {
      deep = "e"
    }
  }
}

variable "v" {}
"""


def test_values() -> None:
    module = Module(TEXT.encode())
    (block,) = module.resources("a")
    values = block.attributes
    assert block.name == "a.b"
    assert (values["text"].text, values["text"].literal) == ("x\0z", None)
    assert (values["number"].literal, values["on"].true, values["on"].false) == ("3", True, False)
    assert values["list"].literals == ("p", "r")
    assert values["object"].fields["k"].literal == "v"
    assert values["object"].fields["w"].literals == ("1",)
    assert values["call"].call == "jsonencode"
    assert "two \0" in (values["long"].text or "")
    assert values["list"].call == ""
    assert [inner.literal("deep") for inner in block.blocks("inner")] == ["d", "e"]
    assert [one.type for one in module.of_kind("variable")] == ["v"]


def test_places() -> None:
    module = Module(TEXT.encode())
    (block,) = module.resources()
    hit = block.at("on", "x")
    assert TEXT.encode()[hit.start : hit.end] == b"on     = true"
    hit = block.at("missing", "x")
    assert TEXT.encode()[hit.start : hit.end].strip() == b'resource "a" "b"'


def test_statements() -> None:
    (one,) = statements(Module(TEXT.encode()))
    assert (one.effect, one.actions, one.resources, one.conditions) == ("Allow", ("s3:*",), ("*",), False)


def test_statements_of_json_that_is_none() -> None:
    for text in (
        '{"Statement": [{',
        '{"Statement": 3}',
        '{"Statement": ["x", 4]}',
        '["Statement"]',
        '{"Statement": ' + "[" * 5_000,
    ):
        assert list(statements(Module(f'resource "a" "b" {{\n  p = <<E\n{text}\nE\n}}\n'.encode()))) == []
    odd = '{"Statement": {"Effect": 3, "Action": {"a": 1}, "Resource": null, "Principal": [4]}}'
    (one,) = statements(Module(f'resource "a" "b" {{\n  p = <<E\n{odd}\nE\n}}\n'.encode()))
    assert (one.effect, one.actions, one.resources, one.principals) == ("Allow", (), (), ("\0",))


def test_blocks_around_one_in_error() -> None:
    text = 'variable "a" {\n  x = = }\n\nvariable "ü" {\n  default = "d"\n}\n\nvariable "c" {\n'
    module = Module(text.encode())
    found = {block.type: block.literal("default") for block in module.of_kind("variable")}
    assert found["ü"] == "d"
    assert module.share < 1
    assert Module(b"").share == 1.0
