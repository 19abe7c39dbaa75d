"""Power that fails at any moment: the disk as it may stand then, put together from what the daemon did to it.

What was not synced may be there, not there, or be there in pieces of 512 bytes; so may names of files, until their folder is
synced. A replay that drops everything that was not synced is what a strict disk leaves, the worst that it is allowed to.
"""
from __future__ import annotations

import random
import struct
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Callable, Iterator

from .gateway import Gateway
from .preload import load

ROW = struct.Struct("<QQQII")
NAMED, WRITTEN, CUT_TO, SYNCED, FOLDER_SYNCED, RENAMED, REMOVED = range(1, 8)
SECTOR = 512

Keep = Callable[[], bool]


@dataclass(frozen=True)
class Step:
    """One thing that was done to the disk."""

    time: float
    kind: int
    file: int
    offset: int
    content: bytes

    @property
    def path(self) -> str:
        """The one path that it is about."""
        return self.content.decode()


class Recording:
    """Writes down everything that the daemon does to its store, or to another folder."""

    def __init__(self, gateway: Gateway, folder: Path | None = None):
        self.file = gateway.folder / "disk-record.rows"
        self.file.touch()
        load(gateway, "disk-record", DISK_RECORD=str(self.file), DISK_RECORD_FOLDER=str((folder or gateway.store).resolve()))

    def steps(self) -> list[Step]:
        """All of them, in their order."""
        return list(self._read(self.file.read_bytes()))

    @staticmethod
    def _read(content: bytes) -> Iterator[Step]:
        at = 0
        while at < len(content):
            time, file, offset, kind, length = ROW.unpack_from(content, at)
            at += ROW.size + length
            yield Step(time / 1e9, kind, file, offset, content[at - length:at])


@dataclass
class File:
    """What of a file is on the medium, and what was done to it since."""

    synced: bytearray = field(default_factory=bytearray)
    waiting: list[Step] = field(default_factory=list)

    def sync(self) -> None:
        """All of it is on the medium."""
        for step in self.waiting:
            _apply(self.synced, step, lambda: True)
        self.waiting = []

    def after_cut(self, keep: Keep) -> bytearray:
        """What is found when the power is back."""
        if not self.waiting:
            return self.synced
        found = bytearray(self.synced)
        for step in self.waiting:
            _apply(found, step, keep)
        return found


class Disk:
    """A disk to which the steps of a recording are done, one after the other."""

    def __init__(self) -> None:
        self.files: dict[int, File] = {}
        self.names: dict[str, File] = {}  # as the program sees them
        self.synced: dict[str, File] = {}  # as the folders on the medium have them
        self.waiting: list[Callable[[dict[str, File]], None]] = []  # what was done to names since

    def has(self, path: Path) -> None:
        """A file that was there, durable, before anything was done."""
        self.names[str(path)] = self.synced[str(path)] = File(bytearray(path.read_bytes()))

    def do(self, step: Step) -> None:
        """One step."""
        if step.kind == NAMED:
            self._name(step)
        elif step.kind in (WRITTEN, CUT_TO):
            self.files[step.file].waiting.append(step)
        elif step.kind == SYNCED:
            self.files[step.file].sync()
        elif step.kind == FOLDER_SYNCED:
            self.synced, self.waiting = dict(self.names), []
        elif step.kind == REMOVED:
            self._change(lambda names: names.pop(step.path, None))
        elif step.kind == RENAMED:
            self._change(partial(_rename, *step.content.decode().split("\0")))

    def after_cut(self, keep: Keep) -> dict[str, bytearray]:
        """The files as they are found when the power fails now; of what was done to names, the first so many steps are there."""
        names = dict(self.synced)
        for change in self.waiting:
            if not keep():
                break
            change(names)
        return {name: file.after_cut(keep) for name, file in names.items()}

    def _name(self, step: Step) -> None:
        known = self.names.get(step.path)
        if known is not None and known is self.files.get(step.file):
            return
        # The number may be that of a file which is gone.
        made = self.files[step.file] = File()
        self._change(lambda names: names.update({step.path: made}))

    def _change(self, change: Callable[[dict[str, File]], object]) -> None:
        change(self.names)
        self.waiting.append(change)


def _rename(old: str, new: str, names: dict[str, File]) -> None:
    """Of a file, or of a folder with all that is in it."""
    for name in [name for name in names if name == old or name.startswith(old + "/")]:
        names[new + name[len(old):]] = names.pop(name)


def _apply(content: bytearray, step: Step, keep: Keep) -> None:
    if step.kind == CUT_TO:
        if keep():
            del content[step.offset:]
            content.extend(bytes(step.offset - len(content)))
        return
    start, end = step.offset, step.offset + len(step.content)
    while start < end:
        stop = min(end, (start // SECTOR + 1) * SECTOR)
        if keep():
            content.extend(bytes(max(0, start - len(content))))
            content[start:stop] = step.content[start - step.offset:stop - step.offset]
        start = stop


def drops(chance: random.Random) -> Keep:
    """Nothing that was not synced is on the medium."""
    return lambda: False


def keeps(chance: random.Random) -> Keep:
    """Everything is."""
    return lambda: True


def tears(chance: random.Random) -> Keep:
    """Each piece is or is not; how many are, differs from cut to cut."""
    share = chance.random()
    return lambda: chance.random() < share


def put(files: dict[str, bytearray], store: Path, folder: Path) -> None:
    """Writes the files of a store, as they are found after a cut, below another folder."""
    for name, content in files.items():
        path = folder / Path(name).relative_to(store)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
