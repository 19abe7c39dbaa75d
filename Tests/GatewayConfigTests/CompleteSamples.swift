// A configuration and sensor models in which every key of the format stands somewhere.

/// Files that leave nothing out.
enum CompleteSamples {
    static let profile = """
        schema: 1
        profile: complete
        vendor: Acme
        model: All-in-one
        source: {document: Manual, page: "1"}
        verified: true
        serial: {address: 5, baud: 19200, parity: even, stop_bits: 2}
        timing: {response_timeout: 300 ms, max_latency: 1 s, reply_delay: 30 ms, gap: 20 ms, warm_up: 10 s, max_registers: 16}
        supply_min: 12 V
        require:
          - {table: input, address: 0, mask: 0xFF00, equals: 0x2500, reason: another-model}
          - {table: holding, address: 1, equals: unit-address, reason: another-model}
          - {table: holding, address: 2, in: [3, 9], reason: another-model}
          - {table: holding, address: 3, text: CH4, length: 2, reason: another-unit}
          - {table: coil, address: 3, equals: 1, reason: another-unit}
          - {unless: [{table: holding, address: 9, equals: 1}, {table: input, address: 9, in: [0, 2]}], reason: another-unit}
        trigger: {table: coil, address: 7, value: 1, wait: 200 ms}
        channels:
          gas:
            {table: input, address: 10, type: int32, word_order: little, byte_order: little, scale: 0.01, offset: -1,
             invalid: [0x7FFFFFFF, 0x80000000], decimals_at: {table: input, address: 12},
             unit_at: {table: holding, address: 13, codes: {1: {unit: "%LEL"}, 2: {unit: "%VOL", scale: 20, basis: LEL 5 %VOL}}},
             quantity: methane, unit: "%LEL", principle: catalytic, range: [0, 100], resolution: 0.1, stuck_after: 30 min,
             flat_line: {within: 0.02, for: 24 h}, max_rate: 5}
          count: {table: input, address: 20, type: ascii, length: 4, quantity: raw, unit: "1"}
          door: {table: holding, address: 30, type: bool, bit: 3, quantity: door-tamper, unit: 1}
          mains: {table: discrete, address: 4, type: bool, scale: -1, offset: 1, quantity: mains, unit: "1"}
          large: {table: holding, address: 40, type: uint64, invalid: [0xFFFFFFFFFFFFFFFF], quantity: raw, unit: "1"}
          tilt:
            transform: gravity-tilt
            inputs:
              x: {table: input, address: 50, type: float32}
              y: {table: input, address: 52, type: float32}
            quantity: tilt
            unit: deg
          depth:
            transform: hydrostatic-depth
            inputs:
              pressure: {table: input, address: 60, type: uint16, scale: 0.001}
              temperature: {table: input, address: 61, type: int16, scale: 0.1}
              barometer: {table: input, address: 62, type: uint16, scale: 0.001}
            quantity: water-depth
            unit: m
            range: [0, 10]
        status:
          - {table: input, address: 70, type: int16, mask: 0x00FF, equals: {2: warming-up}, at_most: {0: calibration-overdue},
             channels: [gas]}
          - {table: input, address: 71, bits: {5: device-fault, 6: stale}}
          - {table: discrete, address: 8, type: bool, equals: {1: inhibited}}
        heartbeat: {table: input, address: 72, period: 5 s}
        examples:
          - {channel: gas, words: [0x3408, 0x0000], decimals: 0, unit_code: 1, value: 20}
          - {channel: door, words: [0x0008], value: 1}
          - {channel: mains, words: [0], value: 1}
          - {channel: count, words: [0x2031, 0x3235, 0x2000, 0x0000], value: 125}
          - {channel: large, words: [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF], reason: invalid-marker}
          - {channel: tilt, words: [0x3F00, 0x0000, 0x0000, 0x0000], value: 30}
          - {channel: depth, words: [1200, 100, 1000], value: 2.040054}
        """

    /// Every key of a rule, in a pack and at a site.
    static let rules = """
        schema: 1
        rules:
          - id: complete
            kinds: [sewage, storm]
            when:
              any:
                - {quantity: water-depth, above: -1 m, from: rim, clear_below: -1.2 m}
                - {quantity: water-depth, above: 0.3 m, rise_within: 10 min, clear_below: 0.1 m}
                - {quantity: water-depth, below: -0.3 m, fall_within: 10 min, from: float, clear_above: -0.1 m}
                - {lost: tilt}
                - all:
                    - {quantity: tilt, above: 10 deg, from: zero, clear_below: 8 deg}
                    - {quantity: tilt, above: 1 deg, rise_within: 10 s, clear_below: 0.5 deg}
                    - {quantity: oxygen, below: 19 %VOL, fall_within: 1 min, clear_above: 20 %VOL}
                    - {lost: methane}
              for: 10 s
              for_periods: 2
            clear_for: 30 s
            severity: 1
            escalate: {after: 5 min, severity: 3}
            suppresses: [other]
            storm: 5
            text: {zh: 完整, en: complete}
            source: a manual
          - id: other
            when: {all: [{lost: tilt}, {lost: methane}]}
            severity: 1
            text: {zh: 其它, en: other}
            source: a manual
          - id: quality
            when: {reasons: [timeout, stuck]}
            severity: 1
            text: {zh: 质量, en: quality}
            source: a manual
          - {id: quiet, when: {silent_periods: 3}, severity: 1, text: {zh: 静, en: quiet}, source: a manual}
          - {id: own, when: {gateway: configuration-refused}, severity: 1, text: {zh: 己, en: own}, source: a manual}
          - {id: rise, when: {quantity: tilt, above: 1 deg, rise_within: 1 min, clear_below: 0.5 deg}, severity: 1,
             text: {zh: 升, en: rise}, source: a manual}
          - {id: fall, when: {quantity: water-level, above: 1 m, from: rim, fall_within: 1 min, clear_below: 0.5 m}, severity: 1,
             text: {zh: 降, en: fall}, source: a manual}
        """

    /// The same at a site.
    static let siteRules =
        "schema: 1\ngateway: {id: g}\nalarms:\n" + rules.split(separator: "\n").dropFirst().map { "  \($0)\n" }.joined()
}
