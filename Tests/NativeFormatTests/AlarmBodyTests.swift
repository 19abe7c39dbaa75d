// An alarm's message with every member of the contract, for a cover and for the gateway itself.
import Alarms
import NativeFormat
import SensorModel
import Testing

@Suite struct AlarmBodyTests {
    private let speaker = Speaker(gateway: "gw-1", store: "s-1")

    private func transition(_ clock: ClockState = .synced) -> AlarmTransition {
        let occurred = ReadingBodyTests.time(0, clock)
        let detected = Timestamp(
            wall: ReadingBodyTests.time(10_000).wall, monotonic: MonotonicTime(nanoseconds: 15_250_000_000), clock: clock)
        let alarm = ActiveAlarm(
            id: "a-1", rule: "methane-high", point: ReadingBodyTests.point, severity: .warning, state: .unacknowledged,
            value: 20.5,
            quantity: .methane, threshold: 20, clearThreshold: 15, occurred: occurred, changed: detected)
        return AlarmTransition(alarm: alarm, from: .normal, cause: .raised, value: 22.5, occurred: occurred, detected: detected)
    }

    private var place: AlarmPlace {
        var cover = CoverPlace()
        cover.name = "人民路56号井"
        cover.location = .init(
            longitude: 120.553, latitude: 31.876, crs: "CGCS2000", text: "人民路\"口\"", rimElevation: 4.12, invertElevation: nil,
            datum: "1985")
        (cover.kind, cover.road, cover.grid, cover.responsibilityGrid) = ("sewage", nil, "320582110152102", "R-0112")
        (cover.competent, cover.owner, cover.maintainer) = ("市住建局", "市水务局", "排水公司")
        return AlarmPlace(device: "XCD-2231", coverMembers: AlarmEncoder.coverMembers(cover))
    }

    @Test func `a transition's message is exact`() {
        let body = AlarmEncoder.body(transition(), place: place, configuration: "c0ffee", origin: .field)
        let message = NativeFormat.alarm(.record(seq: 7, body: body), after: 6, boot: "b-1", speaker: speaker)
        #expect(
            text(message) == "{\"schema\":1,\"gateway\":\"gw-1\",\"store\":\"s-1\",\"boot\":\"b-1\",\"after\":6,\"seq\":7,"
                + "\"alarm\":\"a-1\",\"rule\":\"methane-high\",\"severity\":2,\"from\":\"normal\",\"to\":\"unacknowledged\","
                + "\"cause\":\"raised\",\"count\":1,"
                + "\"cover\":\"3205820102048188\",\"point\":\"3205820102048188/ch4/gas\",\"device\":\"XCD-2231\","
                + "\"quantity\":\"methane\","
                + "\"value\":22.5,\"unit\":\"%LEL\",\"threshold\":20.0,\"clear_threshold\":15.0,"
                + "\"occurred\":\"2026-11-21T04:00:00.000Z\",\"detected\":\"2026-11-21T04:00:10.000Z\",\"clock\":\"synced\","
                + "\"name\":\"人民路56号井\",\"location\":{\"longitude\":120.553,\"latitude\":31.876,\"crs\":\"CGCS2000\","
                + "\"text\":\"人民路\\\"口\\\"\",\"rim_elevation\":4.12,\"datum\":\"1985\"},"
                + "\"kind\":\"sewage\",\"road\":null,\"grid\":\"320582110152102\",\"responsibility_grid\":\"R-0112\","
                + "\"competent\":\"市住建局\",\"owner\":\"市水务局\",\"maintainer\":\"排水公司\",\"config\":\"c0ffee\",\"test\":false,"
                + "\"origin\":\"field\"}")
    }

    @Test func `the record an alarm begins with is known by its state before, whatever its texts say`() {
        let begin = transition()
        #expect(AlarmEncoder.begun(by: AlarmEncoder.body(begin, place: place, configuration: "c", origin: .field)) == "a-1")
        var alarm = begin.alarm
        alarm.rule = #"x","from":"normal"#
        for from in AlarmState.allCases where from != .normal {
            let later = AlarmTransition(
                alarm: alarm, from: from, cause: .announced, value: nil, occurred: begin.occurred, detected: begin.detected)
            #expect(AlarmEncoder.begun(by: AlarmEncoder.body(later, place: nil, configuration: "c", origin: .field)) == nil)
        }
        for text in ["", "\"alarm\":\"", "\"alarm\":\"a\"", "\"alarm\":\"a\",\"from\":\"nor", "\"v\":1,\"from\":\"normal\""] {
            #expect(AlarmEncoder.begun(by: Array(text.utf8)) == nil)
        }
    }

    @Test func `every member the contract names is there, also for an alarm of the gateway itself`() throws {
        let time = ReadingBodyTests.time(0)
        let own = AlarmTransition(
            alarm: ActiveAlarm(
                id: "a-2", rule: "configuration-refused", point: nil, severity: .warning, state: .unacknowledged, occurred: time,
                changed: time, note: "line 3:\n\"kind\""),
            from: .normal, cause: .raised, value: nil, occurred: time, detected: time)
        let members = [
            "alarm", "seq", "rule", "severity", "from", "to", "cover", "point", "device", "value", "unit", "threshold",
            "clear_threshold",
            "occurred", "detected", "clock", "location", "kind", "competent", "owner", "maintainer", "grid",
            "responsibility_grid",
            "config", "test", "after", "store", "gateway", "boot",
        ]
        for (transition, place) in [(transition(), place), (own, nil)] {
            let body = AlarmEncoder.body(transition, place: place, configuration: "c", origin: .field)
            let read = try DecodedJSON.read(
                NativeFormat.alarm(.record(seq: 7, body: body), after: 6, boot: "b-1", speaker: speaker))
            for member in members { #expect(read[member] != nil, "\(member)") }
        }
        let read = try DecodedJSON.read(
            NativeFormat.alarm(
                .record(seq: 1, body: AlarmEncoder.body(own, place: nil, configuration: "c", origin: .field)), after: 0,
                boot: "b-1",
                speaker: speaker))
        for member in [
            "cover", "point", "device", "quantity", "value", "unit", "threshold", "clear_threshold", "location", "kind", "owner",
        ] {
            #expect(read[member] == .null, "\(member)")
        }
        #expect(read["note"] == .text("line 3:\n\"kind\""))
    }

    @Test func `with an unsynced clock both moments can be corrected later`() throws {
        let body = AlarmEncoder.body(transition(.unsynced), place: place, configuration: "c", origin: .simulated)
        let read = try DecodedJSON.read(Array("{".utf8) + body + Array("}".utf8))
        #expect(read["clock"] == .text("unsynced"))
        #expect(read["monotonic_ms"] == .number(15_250))
        #expect(read["occurred_monotonic_ms"] == .number(5250))
        #expect(read["origin"] == .text("simulated"))
        let synced = AlarmEncoder.body(transition(.holdover), place: place, configuration: "c", origin: .field)
        #expect(try DecodedJSON.read(Array("{".utf8) + synced + Array("}".utf8))["monotonic_ms"] == nil)
    }

    @Test func `a step a person took names the person and keeps the value that raised the alarm`() throws {
        var step = transition()
        step.value = nil
        step.actor = "wang"
        let read = try DecodedJSON.read(
            Array("{".utf8) + AlarmEncoder.body(step, place: nil, configuration: "c", origin: .field) + Array("}".utf8))
        #expect(read["by"] == .text("wang"))
        #expect(read["value"] == .number(20.5))
    }

    @Test func `what speaks for an alarm goes along: evidence, readings before, words, who set it aside`() throws {
        var step = transition()
        step.alarm.isTest = true
        step.alarm.acknowledgedBy = "li"
        step.alarm.shelving = Shelving(by: "li", reason: "施工", until: ReadingBodyTests.time(60_000))
        step.alarm.evidence = [
            AlarmEvidence(
                point: ReadingBodyTests.point, quantity: .methane, measurement: .good(22.5), time: ReadingBodyTests.time(0))
        ]
        let before = AlarmEvidence(
            point: ReadingBodyTests.point, quantity: .methane, measurement: .bad(.timeout), time: ReadingBodyTests.time(-1000))
        let body = AlarmEncoder.body(
            step, place: place, configuration: "c", origin: .field, text: "甲烷浓度过高", readings: [before])
        let words = text(Array("{".utf8) + body + Array("}".utf8))
        #expect(words.contains("\"test\":true"))
        #expect(words.contains("\"text\":\"甲烷浓度过高\""))
        #expect(
            words.contains(
                "\"evidence\":[{\"point\":\"3205820102048188/ch4/gas\",\"quantity\":\"methane\",\"value\":22.5,"
                    + "\"quality\":\"good\",\"time\":\"2026-11-21T04:00:00.000Z\"}]"))
        #expect(words.contains("\"value\":null,\"quality\":\"bad\",\"reason\":\"timeout\""))
        #expect(words.contains("\"shelved\":{\"by\":\"li\",\"reason\":\"施工\",\"until\":\"2026-11-21T04:01:00.000Z\"}"))
    }
}
