"""The rules for Terraform on the many ways in which people write a thing."""

from __future__ import annotations

import pytest

from include.script_review.rules.terraform.registry import RULES
from include.script_review.source import Source
from include.script_review.terraform.module import Module

_BY_ID = {rule.id: rule for rule in RULES}

BAD = {
    "tf-iam-wildcard": (
        'resource "aws_iam_role_policy" "a" {\n  policy = <<EOF\n'
        '{"Statement": {"Effect": "Allow", "Action": ["*"], "Resource": "*"}}\nEOF\n}',
        'data "aws_iam_policy_document" "a" {\n  statement {\n    actions = ["*"]\n    resources = ["*"]\n  }\n}',
        'data "aws_iam_policy_document" "a" {\n  statement {\n    actions = ["iam:*"]\n    resources = ["*"]\n  }\n}',
        'resource "azurerm_role_definition" "a" {\n  permissions {\n    actions = ["*"]\n  }\n}',
        'resource "aws_iam_role" "a" {\n  inline_policy {\n    policy = jsonencode({Statement = [{Effect = "Allow"\n'
        '    Action = ["*"], Resource = ["*"]}]})\n  }\n}',
    ),
    "tf-public-ingress": (
        'resource "aws_security_group_rule" "a" {\n  type = "ingress"\n  protocol = "-1"\n  from_port = 0\n  to_port = 0\n'
        '  cidr_blocks = ["0.0.0.0/0"]\n}',
        'resource "aws_vpc_security_group_ingress_rule" "a" {\n  ip_protocol = "tcp"\n  from_port = 3389\n  to_port = 3389\n'
        '  cidr_ipv4 = "0.0.0.0/0"\n}',
        'resource "aws_security_group" "a" {\n  dynamic "ingress" {\n    for_each = [1]\n    content {\n      from_port = 5432\n'
        '      to_port = 5432\n      protocol = "tcp"\n      ipv6_cidr_blocks = ["::/0"]\n    }\n  }\n}',
        'resource "azurerm_network_security_rule" "a" {\n  direction = "Inbound"\n  access = "Allow"\n'
        '  source_address_prefix = "*"\n  destination_port_range = "3389"\n}',
        'resource "azurerm_network_security_group" "a" {\n  security_rule {\n    direction = "Inbound"\n    access = "Allow"\n'
        '    source_address_prefix = "Internet"\n    destination_port_ranges = ["80", "22"]\n  }\n}',
        'resource "google_compute_firewall" "a" {\n  source_ranges = ["0.0.0.0/0"]\n  allow {\n    protocol = "tcp"\n'
        '    ports = ["20-25"]\n  }\n}',
        'resource "google_compute_firewall" "a" {\n  source_ranges = ["0.0.0.0/0"]\n  allow {\n    protocol = "all"\n  }\n}',
    ),
    "tf-public-storage": (
        'resource "aws_s3_bucket" "a" {\n  acl = "public-read-write"\n}',
        'resource "aws_s3_bucket_public_access_block" "a" {\n  block_public_acls = false\n}',
        'resource "aws_db_instance" "a" {\n  publicly_accessible = true\n}',
        'resource "azurerm_storage_container" "a" {\n  container_access_type = "blob"\n}',
    ),
    "tf-iam-public": (
        'resource "google_storage_bucket_iam_member" "a" {\n  member = "allUsers"\n  role = "roles/storage.objectViewer"\n}',
        'data "aws_iam_policy_document" "a" {\n  statement {\n    principals {\n      identifiers = ["*"]\n    }\n'
        '    actions = ["s3:GetObject"]\n    resources = ["x"]\n  }\n}',
        'resource "aws_s3_bucket_policy" "a" {\n  policy = jsonencode({Statement = [{Effect = "Allow"\n'
        '  Principal = {AWS = "*"}, Action = "s3:*", Resource = "x"}]})\n}',
    ),
    "tf-provisioner-download": (
        'resource "aws_instance" "a" {\n  provisioner "remote-exec" {\n    inline = [\n      "set -e",\n'
        '      "curl https://x.example | sudo bash",\n    ]\n  }\n}',
        'resource "aws_instance" "a" {\n  user_data = <<-EOT\n    wget -qO- https://${var.host}/i | sh\n  EOT\n}',
    ),
    "tf-secret-literal": (
        'provider "aws" {\n  secret_key = "wJalrXUtnFEM' + 'IK7MDENG"\n}',
        'resource "aws_db_instance" "a" {\n  password = "hunter' + '22x"\n}',
        'resource "x" "a" {\n  login {\n    client_secret = "abcd' + 'efgh"\n  }\n}',
    ),
    "tf-module-unpinned": (
        'module "a" {\n  source = "terraform-aws-modules/vpc/aws"\n}',
        'module "a" {\n  source = "git@github.com:x/y.git"\n}',
        'module "a" {\n  source = "git::https://x.example/y.git?ref=main"\n}',
        'module "a" {\n  source = "github.com/x/y"\n}',
    ),
    "tf-data-loss": (
        'module "db" {\n  source = "./db"\n  skip_final_snapshot = true\n}',
        'resource "aws_rds_cluster" "a" {\n  deletion_protection = false\n}',
        'resource "aws_db_instance" "a" {\n  backup_retention_period = 0\n}',
    ),
    "tf-tls-off": (
        'provider "kubernetes" {\n  insecure = true\n}',
        'resource "azurerm_storage_account" "a" {\n  min_tls_version = "TLS1_0"\n}',
        'resource "aws_cloudfront_distribution" "a" {\n  viewer_certificate {\n    minimum_protocol_version = "TLSv1"\n  }\n}',
    ),
    "tf-output-sensitive": (
        'output "a" {\n  value = aws_db_instance.a.password\n}',
        'output "a" {\n  value = "postgres://u:${random_password.a.result}@h"\n}',
        'variable "db_password" {\n  type = string\n}',
    ),
    "tf-state-lock": ('terraform {\n  backend "s3" {\n    bucket = "x"\n  }\n}',),
}
GOOD = {
    "tf-iam-wildcard": (
        'resource "aws_kms_key" "a" {\n  policy = jsonencode({Statement = [{Effect = "Allow", Action = "kms:*", Resource = "*"\n'
        "    Principal = {AWS = local.root}}]})\n}",
        'data "aws_iam_policy_document" "a" {\n  statement {\n    principals {\n      identifiers = var.ids\n    }\n'
        '    actions = ["*"]\n    resources = ["*"]\n  }\n}',
        'data "aws_iam_policy_document" "a" {\n  statement {\n    actions = ["s3:Get*"]\n    resources = ["*"]\n  }\n}',
        'resource "aws_iam_policy" "a" {\n  policy = <<EOF\n{"Statement": [{]\nEOF\n}',
        'resource "aws_iam_policy" "a" {\n  policy = data.aws_iam_policy_document.a.json\n}',
        'data "aws_iam_policy_document" "a" {\n  statement {\n    actions = ["*"]\n    resources = [aws_s3_bucket.b.arn]\n  }\n}',
    ),
    "tf-public-ingress": (
        'resource "aws_security_group" "a" {\n  egress {\n    from_port = 0\n    to_port = 0\n    protocol = "-1"\n'
        '    cidr_blocks = ["0.0.0.0/0"]\n  }\n}',
        'resource "aws_security_group" "a" {\n  ingress {\n    from_port = 22\n    to_port = 22\n    protocol = "tcp"\n'
        "    cidr_blocks = var.admins\n  }\n}",
        'resource "azurerm_network_security_rule" "a" {\n  direction = "Inbound"\n  access = "Deny"\n'
        '  source_address_prefix = "*"\n  destination_port_range = "*"\n}',
        'resource "google_compute_firewall" "a" {\n  source_ranges = ["0.0.0.0/0"]\n  allow {\n    protocol = "icmp"\n  }\n}',
    ),
    "tf-secret-literal": (
        'variable "db_password" {\n  default = ""\n}',
        'variable "password" {\n  default = null\n}',
        'resource "aws_db_instance" "a" {\n  password = var.password\n}',
        'resource "aws_db_instance" "a" {\n  password = "${var.password}"\n}',
        'resource "x" "a" {\n  secret_name = "database"\n}',
    ),
    "tf-module-unpinned": ('module "a" {\n  source = "git::https://x.example/y.git?depth=1&ref=v2"\n}',),
    "tf-output-sensitive": (
        'output "a" {\n  value = aws_secretsmanager_secret.a.arn\n}',
        'variable "password_length" {\n  type = number\n}',
        'variable "token" {\n  type = bool\n}',
    ),
    "tf-unencrypted": ('resource "aws_db_instance" "a" {\n  replicate_source_db = "x"\n}',),
    "tf-state-lock": ('terraform {\n  backend "s3" {}\n}',),
    "tf-data-loss": ('resource "aws_lb" "a" {\n  deletion_protection = false\n}',),
}


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in BAD.items() for text in texts])
def test_it_is_found(rule: str, text: str) -> None:
    data = (text + "\n").encode()
    found = list(_BY_ID[rule].check(Module(data)))
    assert found
    assert all(0 <= hit.start < hit.end <= len(data) for hit in found)


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in GOOD.items() for text in texts])
def test_it_is_left_alone(rule: str, text: str) -> None:
    assert list(_BY_ID[rule].check(Module((text + "\n").encode()))) == []


def test_a_secret_is_not_repeated() -> None:
    for text in BAD["tf-secret-literal"]:
        assert not any(
            "wJalr" in hit.message or "hunter" in hit.message for hit in _BY_ID["tf-secret-literal"].check(Module(text.encode()))
        )


def test_a_broken_block_does_not_hide_its_neighbours() -> None:
    text = 'resource "a" "b" {\n  x = = }\n\nresource "aws_s3_bucket" "a" {\n  acl = "public-read"\n}\n'
    module = Module.of(Source("x.tf", "terraform", text))
    assert list(_BY_ID["tf-public-storage"].check(module))
    assert module.share < 1
