"""Places in a file system that no script should touch as a whole, and devices."""

from __future__ import annotations

from posixpath import normpath

from include.script_review.lists import names

SYSTEM = names(
    """/ /bin /boot /dev /etc /home /lib /lib64 /media /mnt /opt /proc /root /run /sbin /srv /sys /usr /usr/bin
    /usr/lib /usr/local /usr/local/bin /usr/sbin /usr/share /var /var/lib /var/log /var/spool /var/backups
    /etc/ssl /etc/ssh /etc/systemd"""
)
_DEVICES = (
    "/dev/sd",
    "/dev/nvme",
    "/dev/vd",
    "/dev/hd",
    "/dev/xvd",
    "/dev/disk/",
    "/dev/mapper/",
    "/dev/md",
    "/dev/mmcblk",
    "/dev/dm-",
)


def tidy(path: str) -> str:
    """Without doubled and final slashes, and without what stands for everything below: `/usr//*` is `/usr`."""
    if "/.." in path:
        path = normpath(path)
    while "//" in path:
        path = path.replace("//", "/")
    for ending in ("/.[!.]*", "/{*,.*}", "/**", "/.*", "/*", "/.", "/"):
        if path.endswith(ending) and path != "/":
            return tidy(path[: -len(ending)] or "/")
    return path


def is_system(path: str) -> bool:
    """Is it a directory of the system itself, or everything in one?"""
    return tidy(path) in SYSTEM


def is_device(path: str) -> bool:
    """Is it a disk, or a part of one?"""
    return path.startswith((*_DEVICES, "/dev/\0"))
