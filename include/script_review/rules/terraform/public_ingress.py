"""A port for administrators, or every port, is open to the internet."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.rule import Hit, Rule
from include.script_review.terraform.block import Block
from include.script_review.terraform.module import Module

_ANY = frozenset(("0.0.0.0/0", "::/0", "*", "0.0.0.0", "Internet", "Any", "any"))  # noqa: S104 - what is looked for
# Remote shells, file shares, databases, caches, and the doors of container hosts.
ADMIN = (22, 23, 135, 139, 445, 1433, 1521, 2375, 2376, 2379, 3306, 3389, 5432, 5601, 5900, 5985, 5986, 6379, 6443)
_MORE = (8500, 9200, 9300, 10250, 11211, 27017)


def check(module: Module) -> Iterator[Hit]:
    for block in module.resources("aws_security_group", "aws_default_security_group"):
        for rule in block.blocks("ingress"):
            yield from _aws(block, rule, ("cidr_blocks", "ipv6_cidr_blocks"))
    for block in module.resources("aws_security_group_rule"):
        if block.literal("type") == "ingress":
            yield from _aws(block, block, ("cidr_blocks", "ipv6_cidr_blocks"))
    for block in module.resources("aws_vpc_security_group_ingress_rule"):
        yield from _aws(block, block, ("cidr_ipv4", "cidr_ipv6"))
    yield from _azure(module)
    yield from _google(module)


def _open(block: Block, *names: str) -> bool:
    return any(_ANY & set(block.attributes[name].literals) for name in names if name in block.attributes)


def _aws(owner: Block, rule: Block, names: tuple[str, ...]) -> Iterator[Hit]:
    if not _open(rule, *names):
        return
    protocol = rule.literal("protocol") or rule.literal("ip_protocol") or ""
    if protocol in ("-1", "all"):
        yield _hit(owner, rule, "every port")
        return
    low, high = rule.literal("from_port"), rule.literal("to_port")
    if low is not None and high is not None and (text := _ports(f"{low}-{high}")):
        yield _hit(owner, rule, text)


def _azure(module: Module) -> Iterator[Hit]:
    rules = [
        (block, rule) for block in module.resources("azurerm_network_security_group") for rule in block.blocks("security_rule")
    ]
    rules += [(block, block) for block in module.resources("azurerm_network_security_rule")]
    for block, rule in rules:
        inbound = (rule.literal("direction") or "").lower() == "inbound" and (rule.literal("access") or "").lower() == "allow"
        if inbound and _open(rule, "source_address_prefix", "source_address_prefixes"):
            named = ("destination_port_range", "destination_port_ranges")
            ranges = [text for name in named if name in rule.attributes for text in rule.attributes[name].literals]
            if text := next((found for one in ranges if (found := _ports(one))), ""):
                yield _hit(block, rule, text)


def _google(module: Module) -> Iterator[Hit]:
    for block in module.resources("google_compute_firewall"):
        if not _open(block, "source_ranges") or block.literal("direction") == "EGRESS":
            continue
        for allow in block.blocks("allow"):
            ports = allow.attributes.get("ports")
            whole = ports is None and allow.literal("protocol") in ("all", "tcp")
            text = (
                "every port"
                if whole
                else next((found for one in (ports.literals if ports else ()) if (found := _ports(one))), "")
            )
            if text:
                yield _hit(block, allow, text)


def _ports(text: str) -> str:
    """What a range opens that should not be open to everybody; empty for a web server's ports."""
    if text == "*":
        return "every port"
    low, _, high = text.partition("-")
    if not low.strip().isdigit() or (high and not high.strip().isdigit()):
        return ""
    first, last = int(low), int(high or low)
    if last - first > 10_000 or (first == 0 and last == 0):
        return "every port"
    found = next((port for port in ADMIN + _MORE if first <= port <= last), None)
    return f"port {found}" if found is not None else ""


def _hit(owner: Block, rule: Block, text: str) -> Hit:
    return rule.hit(f"{owner.name} opens {text} to the whole internet")


RULE = Rule(
    id="tf-public-ingress",
    title="An administrative port is open to the internet",
    category=Category.RISKY_OPERATION,
    severity=Severity.HIGH,
    why="Such ports are found within minutes, and from then on only a password or an unpatched hole stands in the way.",
    fix="Allow the addresses of the bastion, the VPN or the load balancer's security group.",
    bad=(
        'resource "aws_security_group" "web" {\n  ingress {\n    from_port   = 22\n    to_port     = 22\n'
        '    protocol    = "tcp"\n    cidr_blocks = ["0.0.0.0/0"]\n  }\n}\n'
    ),
    good=(
        'resource "aws_security_group" "web" {\n  ingress {\n    from_port   = 443\n    to_port     = 443\n'
        '    protocol    = "tcp"\n    cidr_blocks = ["0.0.0.0/0"]\n  }\n  ingress {\n    from_port   = 22\n    to_port     = 22\n'
        '    protocol    = "tcp"\n    cidr_blocks = ["10.0.0.0/8"]\n  }\n}\n'
    ),
    check=check,
)
