"""All parts of one trial in one folder, ended in reverse order whatever happens."""
from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from .broker import Broker
from .bus import MODBUS_RTU, MODBUS_TCP, Bus, Slave
from .certificates import Authority
from .gateway import Gateway
from .platform import Platform

XCD, WITMOTION, KELLER = "honeywell-sensepoint-xcd", "witmotion-wt901c485", "keller-33x"
SENSORS = {XCD: "ch4", WITMOTION: "tilt", KELLER: "level"}


def cover(number: int) -> str:
    """A component16 code: division 320582, class 01 02, and a number of its own."""
    return f"3205820102{48000 + number:06d}"


class Bench:
    """Makes parts, starts them and ends what it made."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.parts = ExitStack()
        self.buses: list[Bus] = []
        self.gateways: list[Gateway] = []
        self.authority = Authority(folder / "ca")
        self.broker = Broker(folder / "broker", self.authority)
        self.parts.callback(self.broker.kill)
        try:
            self.broker.start()
        except BaseException:
            self.close()
            raise

    def platform(self) -> Platform:
        """A platform that is subscribed."""
        platform = Platform(self.broker.port, self.authority.client("platform"))
        self.parts.callback(platform.stop)
        platform.start()
        return platform

    def rtu(self, *slaves: Slave, name: str = "rs485-1") -> Bus:
        """A serial line; one slave of each model at one cover unless others are named."""
        place = cover(188)
        each = [Slave(3, XCD, place, "ch4"), Slave(80, WITMOTION, place, "tilt"), Slave(1, KELLER, place, "level")]
        return self.bus(name, MODBUS_RTU, list(slaves) or each)

    def tcp(self, units: int = 1, name: str = "plc", every: str = "1 s") -> Bus:
        """Modbus TCP units 1 to `units`, each at a cover of its own; gas heads, and every fourth and fifth one of the others."""
        models = [XCD, XCD, XCD, WITMOTION, KELLER]
        kinds = [models[number % len(models)] for number in range(units)]
        slaves = [Slave(number, kind, cover(number), SENSORS[kind], every) for number, kind in enumerate(kinds, 1)]
        return self.bus(name, MODBUS_TCP, slaves)

    def bus(self, name: str, kind: str, slaves: list[Slave], program: str = "lab.slaves") -> Bus:
        """A bus that answers, with the slaves of this program."""
        bus = Bus(self.folder / name, name, kind, slaves, program)
        self.parts.callback(bus.stop)
        bus.start()
        self.buses.append(bus)
        return bus

    def gateway(self, *buses: Bus, folder: str = "gateway", gateway: str = "gw-500111-0007", **changes: Any) -> Gateway:
        """A daemon that is configured and not started yet. `changes` replace whole sections of its configuration."""
        made = Gateway(self.folder / folder, list(buses), self.broker.port, self.authority.client("gw"), gateway)
        made.configuration.update(changes)
        made.write()
        self.parts.callback(made.kill)
        self.gateways.append(made)
        return made

    def close(self) -> None:
        """Ends everything that was started here."""
        self.parts.close()

    def logs(self) -> str:
        """The ends of the daemons' logs, for a failed test."""
        return "\n".join(f"--- {made.child.name}\n{made.child.tail(40)}" for made in self.gateways)
