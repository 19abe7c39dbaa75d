"""One program on parts of its own: the field, a broker with its store, the subscriber. All of it is gone afterwards."""
from __future__ import annotations

import shutil
import time
from pathlib import Path

from ..bench import Bench
from ..wait import until
from .field import Field
from .programs import Daemon, Floor, Program
from .receiver import Receiver


class Trial:
    """One program on parts of its own: field, broker, subscriber."""

    def __init__(
        self, folder: Path, kind: type[Daemon] | type[Floor], units: int = 50, every_ms: int = 1000, buses: int = 1,
        receiver: type[Receiver] = Receiver,
    ):
        self.folder, self.bench = folder, Bench(folder)
        try:
            self.field = Field(folder / "field", buses)
            self.bench.parts.callback(self.field.stop)
            self.receiver = receiver(self.bench.broker.port, self.bench.authority.client("platform"))
            self.bench.parts.callback(self.receiver.stop)
            self.receiver.start()
            self.program: Program = kind(self.bench, self.field.ports, units, every_ms)
        except BaseException:
            self.bench.close()
            raise

    def start(self) -> float:
        """Starts the program; returns when."""
        now = time.time()
        self.program.child.start()
        return now

    def until_first(self) -> float:
        """Waits for the first reading at the subscriber; returns when it came."""
        child = self.program.child

        def arrived() -> bool:
            child.must_run()
            return bool(self.receiver.messages)

        until(arrived, 30, lambda: f"the first reading of {child.name}\n{child.tail()}", every=0.01)
        return self.receiver.messages[0][0]

    def __enter__(self) -> Trial:
        return self

    def __exit__(self, *_: object) -> None:
        self.bench.close()
        shutil.rmtree(self.folder, ignore_errors=True)
