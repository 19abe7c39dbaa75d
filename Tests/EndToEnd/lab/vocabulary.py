"""The contract's closed words (§5), as a receiver knows them."""

UNITS = {
    "tilt": "deg", "displacement": "mm", "settlement": "mm", "cover-open": "1", "cover-present": "1", "vibration": "m/s2",
    "methane": "%LEL", "combustible": "%LEL", "hydrogen-sulfide": "ppm", "carbon-monoxide": "ppm", "oxygen": "%VOL",
    "water-level": "m", "water-depth": "m", "water-pressure": "bar", "water-float": "1", "flow": "m3/h", "temperature": "Cel",
    "humidity": "%", "supply-voltage": "V", "battery-charge": "%", "battery-voltage": "V", "mains": "1", "door-tamper": "1",
    "raw": "1",
}
BAD = {
    "timeout", "corrupt-reply", "exception", "disconnected", "device-fault", "invalid-marker", "not-a-number", "another-model",
    "another-unit", "warming-up", "inhibited", "calibrating", "heartbeat-stopped", "out-of-range", "low-oxygen", "submerged",
    "missed-edges-unrecoverable", "decode-error",
}
UNCERTAIN = {
    "resynchronising", "stuck", "flat-line", "implausible-jump", "supply-low", "stale", "disagreement", "calibration-overdue",
    "test-gas", "missed-edges", "line-flapping",
}
CLOCKS = {"synced", "holdover", "unsynced"}
ORIGINS = {"field", "simulated"}
ALARM_STATES = {
    "normal", "unacknowledged", "acknowledged", "returned-unacknowledged", "shelved", "suppressed", "out-of-service", "closed",
}
GAP_REASONS = {"evicted", "expired", "corrupt", "unused"}
