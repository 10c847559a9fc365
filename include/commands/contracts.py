"""`holdpoint contracts`: the tools there are, what each takes and gives, and whether all of them load and have an owner."""

from __future__ import annotations

import argparse
import json
from pathlib import Path


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("contracts", help="check the tool contracts, or show one with its JSON schemas")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="every contract loads, is owned, and names a credential that is owned")
    check.add_argument("--json", action="store_true", help="as JSON")
    check.set_defaults(handler=run_check)
    show = actions.add_parser("show", help="one contract, with the JSON schemas of its input and output")
    show.add_argument("tool", help="the tool's name")
    show.add_argument("--json", action="store_true", help="accepted for symmetry; the answer is always JSON")
    show.set_defaults(handler=run_show)
    manifest = actions.add_parser("manifest", help="the digests of the tools of one environment's writer, signed")
    manifest.add_argument("--environment", required=True, metavar="E", help="the writer's environment")
    manifest.add_argument("--sign", type=Path, metavar="KEY", help="private Ed25519 key, PEM, mode 600; without it: only print")
    manifest.add_argument("--out", type=Path, metavar="FILE", help="a new file for the signed manifest: tools.json")
    manifest.add_argument("--json", action="store_true", help="the manifest as JSON")
    manifest.set_defaults(handler=run_manifest)


def run_check(args: argparse.Namespace) -> int:
    from include.catalogue.loader import load_catalogue
    from include.contracts.tools import TOOLS
    from include.policy.ownership import tool_problems

    catalogue = load_catalogue()
    problems = [problem for contract in TOOLS.values() for problem in tool_problems(catalogue, contract)]
    if args.json:
        tools = [{"name": t.name, "class": t.tool_class.value, "version": t.version, "owner": t.owner} for t in TOOLS.values()]
        print(json.dumps({"tools": tools, "problems": problems}))
    else:
        for contract in TOOLS.values():
            print(f"{contract.name:<26} {contract.tool_class.value:<17} {contract.owner:<14} {contract.summary}")
        for problem in problems:
            print(f"problem: {problem}")
    return 3 if problems else 0


def run_show(args: argparse.Namespace) -> int:
    from include.contracts.production import ProductionContract
    from include.contracts.tools import tool

    contract = tool(args.tool)
    if isinstance(contract, ProductionContract):
        from include.holds.manifest import contract_digest, descriptor

        shown = descriptor(contract)
        print(json.dumps({**shown, **shown.pop("schemas"), "digest": contract_digest(contract)}, indent=2))
        return 0
    shown = contract.model_dump(mode="json", exclude={"input_model", "output_model"})
    schemas = {"input": contract.input_model.model_json_schema(), "output": contract.output_model.model_json_schema()}
    print(json.dumps(shown | schemas, indent=2))
    return 0


def run_manifest(args: argparse.Namespace) -> int:
    from include.contracts.errors import BadInput
    from include.holds.manifest import manifest_of, sign_manifest, write_manifest
    from include.store.keys import load_signer

    if (args.sign is None) != (args.out is None):
        raise BadInput("A signed manifest needs a key and a file.", next_step="give both --sign KEY and --out FILE, or neither")
    manifest = manifest_of(args.environment)
    if args.sign is not None:
        write_manifest(sign_manifest(manifest, load_signer(args.sign)), args.out)
    if args.json or args.sign is None:
        print(json.dumps(manifest.to_json(), indent=2))
    else:
        print(f"{len(manifest.tools)} tools of {manifest.environment} are in {args.out}.")
    return 0
