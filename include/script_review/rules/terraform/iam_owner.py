"""A basic role of a whole project or subscription is given away."""

from __future__ import annotations

from collections.abc import Iterator

from include.contracts.script_review import Category, Severity
from include.script_review.rule import Hit, Rule
from include.script_review.terraform.module import Module

_GOOGLE = ("google_project_iam_member", "google_project_iam_binding", "google_folder_iam_member", "google_folder_iam_binding")
_MORE = ("google_organization_iam_member", "google_organization_iam_binding", "google_project_iam_policy")
_AWS = ("aws_iam_role_policy_attachment", "aws_iam_user_policy_attachment", "aws_iam_group_policy_attachment")


def check(module: Module) -> Iterator[Hit]:
    for block in module.resources(*_GOOGLE, *_MORE):
        if (role := block.literal("role")) in ("roles/owner", "roles/editor"):
            yield block.at("role", f"{block.name} gives {role} of everything in it")
    for block in module.resources("azurerm_role_assignment"):
        scope = block.attributes.get("scope")
        wide = scope is not None and ("subscription" in scope.written or "management_group" in scope.written)
        if (role := block.literal("role_definition_name")) in ("Owner", "User Access Administrator") and wide:
            yield block.at("role_definition_name", f"{block.name} gives {role} of a whole subscription")
    for block in module.resources(*_AWS):
        if (block.literal("policy_arn") or "").endswith(":aws:policy/AdministratorAccess"):
            yield block.at("policy_arn", f"{block.name} makes an administrator of the account")


RULE = Rule(
    id="tf-iam-owner",
    title="A role over everything is given away",
    category=Category.RISKY_OPERATION,
    severity=Severity.MEDIUM,
    why="Such roles may give themselves and others every right, and take away everybody else's.",
    fix="Give the predefined role of the one service that is needed, on the one resource.",
    bad='resource "google_project_iam_member" "ci" {\n  role   = "roles/owner"\n  member = "serviceAccount:ci@x.example"\n}\n',
    good='resource "google_project_iam_member" "ci" {\n  role   = "roles/logging.logWriter"\n  member = "serviceAccount:x"\n}\n',
    check=check,
)
