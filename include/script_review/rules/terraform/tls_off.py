"""The other side of a connection is not checked, or may speak in the clear."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.rule import Hit, Rule
from include.script_review.terraform.block import Block
from include.script_review.terraform.module import Module

# Attribute -> the values that switch it off.
_OFF = {
    "insecure": ("true",),
    "insecure_skip_verify": ("true",),
    "skip_tls_verify": ("true",),
    "allow_unverified_ssl": ("true",),
    "insecure_skip_tls_verify": ("true",),
    "verify_ssl": ("false",),
    "skip_cert_verification": ("true",),
    "enable_https_traffic_only": ("false",),
    "https_traffic_only_enabled": ("false",),
    "ssl_enforcement_enabled": ("false",),
    "transit_encryption_enabled": ("false",),
    "enable_non_ssl_port": ("true",),
    "non_ssl_port_enabled": ("true",),
    "min_tls_version": ("TLS1_0", "TLS1_1", "1.0", "1.1"),
    "minimum_tls_version": ("1.0", "1.1", "Disabled", "TLS1_0", "TLS1_1"),
    "minimum_protocol_version": ("SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1_2016"),
}


def check(module: Module) -> Iterator[Hit]:
    for block in module.blocks:
        if block.kind in ("resource", "provider", "terraform", "data"):
            yield from _inside(block)


def _inside(owner: Block) -> Iterator[Hit]:
    for block in owner.within():
        for name in sorted(block.attributes.keys() & _OFF.keys()):
            if block.literal(name) in _OFF[name]:
                yield block.at(name, f"{owner.name}: connections are not checked or not encrypted ({name})")


RULE = Rule(
    id="tf-tls-off",
    title="TLS is not checked or not asked for",
    category=Category.RISKY_OPERATION,
    severity=Severity.MEDIUM,
    why="Anyone on the way can answer in place of the other side, and read the credentials that are sent to it.",
    fix="Trust the one authority that is meant (`ca_certificate`, `cacert_file`) and ask for TLS 1.2 or later.",
    bad='provider "vsphere" {\n  vsphere_server       = "vc.example.com"\n  allow_unverified_ssl = true\n}\n',
    good='resource "azurerm_redis_cache" "a" {\n  non_ssl_port_enabled = false\n  minimum_tls_version  = "1.2"\n}\n',
    check=check,
)
