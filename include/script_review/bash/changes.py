"""Which commands change the state of a system, and which functions of a script therefore do.

Two strengths: what changes a machine, a cluster or a cloud, and what changes files. Most scripts write files of their own, so
rules that would otherwise speak about every script ask for the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from include.script_review.bash.command import Command
from include.script_review.bash.function import Function
from include.script_review.bash.script import Script
from include.script_review.lists import names

_ALWAYS = names(
    """useradd userdel usermod groupadd groupdel groupmod adduser deluser addgroup delgroup chpasswd gpasswd chage
    reboot shutdown poweroff halt mkfs mke2fs mkswap wipefs fdisk sfdisk sgdisk parted blkdiscard lvcreate lvremove lvextend
    lvreduce     vgcreate vgremove vgextend pvcreate pvremove mdadm setenforce setsebool semanage
    update-rc.d chkconfig update-grub grub-install visudo dropdb swapoff swapon modprobe rmmod insmod netplan"""
)
# The command -> the words that make it one; the first word that is no option is compared, and for some the second.
_VERBS: Mapping[str, frozenset[str]] = {
    "systemctl": names(
        "start stop restart reload try-restart enable disable mask unmask kill isolate daemon-reload set-default"
        " reboot poweroff reload-or-restart"
    ),
    "kubectl": names(
        "apply create delete patch replace scale rollout drain cordon uncordon taint label annotate edit set expose autoscale"
    ),
    "oc": names("apply create delete patch replace scale rollout adm label annotate edit set expose new-app"),
    "helm": names("install upgrade uninstall delete rollback"),
    "terraform": names("apply destroy import taint untaint"),
    "tofu": names("apply destroy import taint untaint"),
    "terragrunt": names("apply destroy import apply-all destroy-all run-all"),
    "pulumi": names("up destroy refresh import"),
    "docker": names("rm rmi stop kill restart prune system volume network swarm service stack push"),
    "podman": names("rm rmi stop kill restart system volume push"),
    "apt-get": names("install remove purge upgrade dist-upgrade autoremove"),
    "apt": names("install remove purge upgrade full-upgrade autoremove"),
    "yum": names("install remove erase update upgrade downgrade localinstall"),
    "dnf": names("install remove erase update upgrade downgrade"),
    "zypper": names("install in remove rm update up patch"),
    "apk": names("add del upgrade"),
    "snap": names("install remove refresh"),
    "ufw": names("enable disable allow deny delete reset reject"),
    "firewall-cmd": frozenset(),
    "nft": names("add delete flush insert destroy"),
    "zfs": names("destroy create rollback rename set"),
    "zpool": names("destroy create add remove"),
    "az": names("create delete update start stop restart deallocate set add remove"),
    "gcloud": names("create delete update deploy set add-iam-policy-binding remove-iam-policy-binding start stop reset"),
    "vault": names("write delete kv policy"),
    "consul": names("kv leave"),
    "rabbitmqctl": names(
        "stop stop_app reset force_reset delete_queue delete_user delete_vhost purge_queue add_user set_permissions"
    ),
    "redis-cli": names("flushall flushdb del shutdown config"),
    "ip": names("add del delete flush replace set"),
    "hostnamectl": names("set-hostname hostname"),
    "timedatectl": names("set-time set-timezone set-ntp"),
    "crontab": names("-"),
}
_FLAGS: Mapping[str, frozenset[str]] = {
    "dpkg": names("i r P --install --remove --purge"),
    "rpm": names("i U e F --install --upgrade --erase"),
    "sysctl": names("w --write"),
    "iptables": names("A I D F P X N R --append --insert --delete --flush --policy"),
    "ip6tables": names("A I D F P X N R --append --insert --delete --flush --policy"),
    "firewall-cmd": names("--add-port --add-service --remove-port --remove-service --reload --add-rich-rule --set-default-zone"),
    "crontab": names("r"),
    "passwd": names("d l u e --delete --lock --stdin"),
    "auditctl": names("D e"),
}
_SERVICE = names("start stop restart reload force-reload")
_FILES = names("rm mv cp chmod chown chgrp ln tee install rsync truncate shred unlink rmdir chattr setfacl kill pkill killall dd")
_AWS = (
    "create",
    "delete",
    "put",
    "update",
    "terminate",
    "modify",
    "run-",
    "start",
    "stop",
    "reboot",
    "attach",
    "detach",
    "rm",
    "mb",
    "rb",
)


def changes_system(command: Command) -> bool:
    """Does it change a machine, a cluster or a cloud? A preview does not."""
    name = command.name
    if name in _ALWAYS or name.startswith("mkfs."):
        return not command.has("--help", "--version", "-V") and not ("l" in command.flags and "disk" in name)
    if name in _FLAGS and _FLAGS[name] & command.flags:
        return not command.has("--dry-run", "--test", "--simulate")
    if name not in _VERBS and name not in ("service", "aws"):
        return False
    if command.has("--dry-run", "--simulate") and "--dry-run=none" not in command.literals:
        return False
    return _by_verb(name, command.plain)


def _by_verb(name: str, plain: tuple[str, ...]) -> bool:
    if name in ("service", "aws"):
        return len(plain) > 1 and (plain[1] in _SERVICE if name == "service" else plain[1].startswith(_AWS))
    if name in ("az", "gcloud", "ip", "rabbitmqctl", "redis-cli"):
        return any(word.lower() in _VERBS[name] for word in plain[:5])
    if name in ("docker", "podman") and plain[:1] and plain[0] in ("system", "volume", "network", "service", "stack"):
        return any(word in ("prune", "rm", "remove", "create", "update", "deploy") for word in plain[1:2])
    if name in ("kubectl", "oc") and plain[:1] == ("rollout",):
        return plain[1:2] in (("restart",), ("undo",), ("pause",), ("resume",))
    return bool(plain) and plain[0] in _VERBS[name]


def changes_files(command: Command) -> bool:
    """Does it change files or processes?"""
    return command.name in _FILES or (command.name in ("sed", "perl") and any(word.startswith("-i") for word in command.literals))


def system_changes(script: Script) -> list[Command]:
    """Every command that changes more than files, in the order of the text."""
    known = script.names
    wanted = [name for name in known if name in _ALWAYS or name in _VERBS or name in _FLAGS or name in ("service", "aws")]
    wanted += [name for name in known if name.startswith("mkfs.")]
    return [command for command in script.calls(*dict.fromkeys(wanted)) if changes_system(command)]


@dataclass(frozen=True)
class Changing:
    """A function that changes state: what a missing test should cover. `commands`: what does it, each name once."""

    name: str
    line: int
    commands: tuple[str, ...]
    function: Function


def changing_functions(script: Script) -> tuple[Changing, ...]:
    """The functions that change a system or files, themselves or through another function of the file."""
    own = {function.name: _names(function) for function in script.functions}
    reached = {name: set(commands) for name, commands in own.items()}
    for _ in range(4):  # chains longer than that end in a name that is in the list itself
        for function in script.functions:
            for command in function.commands:
                reached[function.name] |= reached.get(command.name, set()) if command.name != function.name else set()
    return tuple(
        Changing(function.name, function.line, tuple(sorted(reached[function.name])), function)
        for function in script.functions
        if reached[function.name]
    )


def _names(function: Function) -> set[str]:
    return {command.name for command in function.commands if changes_system(command) or changes_files(command)}
