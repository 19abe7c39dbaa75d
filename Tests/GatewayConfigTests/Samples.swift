// The files the tests start from: the contract's example, with the keys of today.

/// Good files, which the tests break in one place each.
enum Samples {
    static let gateway = """
        schema: 1
        gateway: {id: gw-500111-0007, language: zh, timezone: Asia/Shanghai}
        profiles: [./profiles]
        store: {path: /var/lib/gw-test, max_size: 256 MiB, commit_interval: 2 s}
        diagnostics: {socket: /run/gatewayd/test.sock, http: 127.0.0.1:9100}
        buses:
          rs485-1: {kind: modbus-rtu, device: /dev/ttyS4, baud: 9600, parity: none, stop_bits: 1, response_timeout: 400 ms}
          plc: {kind: modbus-tcp, host: 192.0.2.10}
        covers:
          - code: "3205820102048188"
            scheme: component16
            name: 人民路56号井
            kind: sewage
            risk: [crowded, flood-prone]
            location: {longitude: 120.553, latitude: 31.876, crs: CGCS2000, text: 路口东南角,
              rim_elevation: 4.12 m, invert_elevation: 0.80 m, datum: "1985"}
            grid: "320582110152102"
            responsibility_grid: R-0112
            road: 人民路（长安路—中山路）
            competent: 市住建局
            owner: 市水务局
            maintainer: 排水公司
            sensors:
              ch4: {bus: rs485-1, unit: 3, profile: gas-head, every: 5 s,
                serial: XCD-2231, installed: 2026-05-02, mounted: 0.60 m}
              tilt: {bus: plc, unit: 80, profile: tilt-meter, every: 1 s}
          - code: "3205820102048189"
            scheme: regex:32[0-9]{14}
        alarms:
          rules:
            - {id: site-hot, when: {quantity: temperature, above: 60 Cel, clear_below: 55 Cel}, severity: 1}
        uplinks:
          city:
            kind: mqtt
            format: native
            links:
              - {host: broker.example, port: 8884}
              - {host: backup.example, metered: true}
            tls: {ca: ca.pem, certificate: gw.pem, key: ./gw.key}
            username: gw-500111-0007
            password_file: secrets/password
            batch: {max_readings: 200, max_interval: 0 s}
            no_subscriber: accept
        """

    /// A chip's lines, and a serial line behind a serial server.
    static let lines = """
        schema: 1
        gateway: {id: gw-500111-0007, divisions: ["320582"]}
        buses:
          box: {kind: gpio, chip: box-lines}
          tunnel: {kind: modbus-rtu-over-tcp, host: 192.0.2.11, port: 4001, response_timeout: 2 s}
          plc: {kind: modbus-tcp, host: 192.0.2.10, port: 503, response_timeout: 1 s}
        covers:
          - code: "3205820102048188"
            scheme: component16
            sensors:
              lid: {bus: box, line: GPIO17, quantity: cover-open, active: low, bias: pull-up, debounce: 50 ms, serial: L-7}
              power: {bus: box, line: 4, quantity: mains, every: 60 s, installed: 2026-05-02, mounted: 0.10 m}
              tilt: {bus: tunnel, unit: 7, profile: tilt-meter, every: 1 s}
        outputs:
          siren: {bus: box, line: GPIO5}
          lamp: {bus: box, line: 6, active: low, fail_safe: false, until: acknowledged,
            when: {severity: 2, covers: ["3205820102048188"]}}
        """

    /// The platform's one link without a list, and a rule that returns upwards and says where its numbers come from.
    static let oneLink = """
        schema: 1
        gateway: {id: g}
        uplinks: {city: {kind: mqtt, host: broker.example, port: 1884}}
        """
    static let ruleWithSource = """
        schema: 1
        gateway: {id: g}
        alarms:
          rules:
            - {id: oxygen-low, when: {quantity: oxygen, below: 18 %VOL, for: 1 min, clear_above: 19 %VOL}, severity: 1,
               source: site practice}
        """

    static let gasHead = """
        schema: 1
        profile: gas-head
        vendor: Honeywell
        model: Sensepoint XCD
        source: {document: Technical handbook, page: "80"}
        verified: true
        serial: {address: 1, baud: 9600, parity: none, stop_bits: 1}
        timing: {response_timeout: 500 ms, max_latency: 1 s, gap: 20 ms, warm_up: 60 s, max_registers: 32}
        supply_min: 16 V
        require:
          - {table: holding, address: 0, mask: 0xFF00, equals: 0x2500, reason: another-model}
          - {table: holding, address: 10, equals: 5, reason: another-unit}
        channels:
          gas: {table: holding, address: 2, type: float32, word_order: big, quantity: methane, unit: "%LEL", principle: catalytic,
                range: [0, 100], resolution: 0.1, invalid: [0xFFFFFFFF]}
          temperature: {table: holding, address: 16, type: int16, scale: 0.1, offset: -1.5, quantity: temperature, unit: Cel}
        status:
          - {table: holding, address: 6, type: uint16, equals: {2: warming-up, 3: inhibited, 12: calibrating}}
          - {table: holding, address: 5, type: uint16, bits: {5: device-fault}}
        examples:
          - {channel: gas, words: [0x41A0, 0x0000], value: 20.0}
        """

    static let tiltMeter = """
        schema: 1
        profile: tilt-meter
        vendor: WitMotion
        model: WT901C485
        source: {document: Modbus protocol, page: "3"}
        channels:
          tilt:
            transform: gravity-tilt
            inputs:
              x: {table: holding, address: 0x34, type: int16, scale: 0.00048828125}
              y: {table: holding, address: 0x35, type: int16, scale: 0.00048828125}
              z: {table: holding, address: 0x36, type: int16, scale: 0.00048828125}
            quantity: tilt
            unit: deg
            range: [0, 180]
        examples:
          - {channel: tilt, words: [0, 0, 2048], value: 0}
        """

    static let rules = """
        schema: 1
        rules:
          - {id: methane-high, when: {quantity: methane, above: 20 %LEL, for: 10 s, clear_below: 15 %LEL},
             severity: 2, text: {zh: 甲, en: a}, source: a standard}
          - {id: oxygen-low, when: {quantity: oxygen, below: 19.5 %VOL, clear_above: 20 %VOL}, severity: 2,
             text: {zh: 甲, en: a}, source: a standard}
        """
}
