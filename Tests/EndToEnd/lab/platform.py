"""The city's platform as far as a gateway can see it: a persistent MQTT 5 subscription that keeps a ledger."""
from __future__ import annotations

import gzip
import ssl
import threading
import time
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from .certificates import Identity
from .ledger import Ledger
from .wait import until

TOPIC = "manhole/v1/+/#"


class Client(mqtt.Client):
    """Takes a broker that goes away while something is written to it as a lost connection; paho 1.6 ends its thread over it."""

    def loop_write(self, *arguments: Any) -> int:
        """Writes what waits."""
        try:
            return super().loop_write(*arguments)
        except ssl.SSLEOFError:
            return mqtt.MQTT_ERR_CONN_LOST


class Platform:
    """A subscriber with a session that outlives its connections; reconnects by itself."""

    def __init__(self, port: int, identity: Identity, name: str = "platform"):
        self.ledger = Ledger()
        self.port = port
        self.subscribed = threading.Event()
        versions = getattr(mqtt, "CallbackAPIVersion", None)  # paho 2 wants to know which callbacks these are
        arguments = [versions.VERSION1] if versions else []
        self.client = Client(*arguments, client_id=name, protocol=mqtt.MQTTv5)
        self.client.tls_set(str(identity.authority), str(identity.certificate), str(identity.key))
        self.client.reconnect_delay_set(1, 1)
        self.client.on_connect = self._on_connect
        self.client.on_subscribe = lambda *_: self.subscribed.set()
        self.client.on_disconnect = lambda *_: self.subscribed.clear()
        self.client.on_message = self._on_message

    def start(self) -> None:
        """Connects, without a clean start, and waits until the subscription stands."""
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = 24 * 3600
        self.client.connect("127.0.0.1", self.port, keepalive=10, clean_start=False, properties=properties)
        self.client.loop_start()
        until(self.subscribed.is_set, 10, "the platform's subscription stands")

    def stop(self) -> None:
        """Disconnects; the session and what the broker queues for it stay."""
        self.client.disconnect()
        self.client.loop_stop()

    def _on_connect(self, client: mqtt.Client, _data: Any, flags: dict[str, int], reason: Any, *_: Any) -> None:
        if reason == 0 and flags.get("session present"):
            self.subscribed.set()
        elif reason == 0:
            client.subscribe(TOPIC, qos=1)

    def _on_message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        kind = getattr(message.properties, "ContentType", None)
        payload = gzip.decompress(message.payload) if kind == "application/gzip" else message.payload
        self.ledger.take(message.topic, payload, time.time(), bool(message.retain), bool(message.dup))
