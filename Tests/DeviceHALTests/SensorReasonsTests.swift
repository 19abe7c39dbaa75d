// Every reason of the contract's list, and what makes a single sensor give it. A new reason does not pass without an entry.
import DeviceHAL
import SensorModel
import TestSupport
import Testing

@Suite struct SensorReasonsTests {
    /// How a reason comes about.
    private enum Origin {
        /// A single sensor gives it: the readings of the last poll of a story.
        case sensor([Measurement])
        /// It takes several sensors of a cover.
        case severalSensors
        /// It is about a digital line.
        case line
    }

    private func measured(_ profile: DeviceProfile, _ words: [UInt16], at address: UInt16 = 0) async -> Origin {
        let bench = SensorBench(profile)
        bench.image.set(unit: 9, .holding, address, words: words)
        return .sensor(await bench.poll())
    }

    private func decoded(_ words: [UInt16], _ change: (inout ChannelMap) -> Void) async -> Origin {
        await measured(SensorBench.profile([SensorBench.channel(0) { change(&$0) }]), words)
    }

    private func failing(_ kind: BusError.Kind) async -> Origin {
        let bench = SensorBench(SensorBench.profile([SensorBench.channel(0)]))
        bench.set(0, 7)
        bench.image.fail(unit: 9, with: kind)
        return .sensor(await bench.poll())
    }

    private func status(_ doubt: Doubt) async -> Origin {
        let rule = DeviceProfile.StatusRule(table: .holding, address: 1, equals: [1: doubt])
        return await measured(SensorBench.profile([SensorBench.channel(0)]) { $0.status = [rule] }, [7, 1])
    }

    private func required(_ reason: BadReason) async -> Origin {
        let requirement = DeviceProfile.Requirement(table: .holding, address: 1, equals: 1, reason: reason)
        return await measured(SensorBench.profile([SensorBench.channel(0)]) { $0.requirements = [requirement] }, [7, 2])
    }

    /// Two polls with time between them, the second with other words if they are given.
    private func twice(_ profile: DeviceProfile, _ words: [UInt16], after duration: Duration, then: [UInt16]? = nil) async
        -> Origin
    {
        let bench = SensorBench(profile)
        bench.image.set(unit: 9, .holding, 0, words: words)
        _ = await bench.poll()
        if let then { bench.image.set(unit: 9, .holding, 0, words: then) }
        return .sensor(await bench.poll(after: duration))
    }

    private var heartbeat: DeviceProfile {
        SensorBench.profile([SensorBench.channel(0)]) {
            $0.heartbeat = .init(place: RegisterPlace(table: .holding, address: 1), period: .seconds(5))
        }
    }

    private func origin(of reason: BadReason) async -> Origin {
        switch reason {
        case .timeout: return await failing(.timeout)
        case .corruptReply: return await failing(.corruptReply)
        case .exception: return await failing(.exception(code: 4))
        case .disconnected: return await failing(.disconnected)
        case .deviceFault, .inhibited, .calibrating, .warmingUp: return await status(.bad(reason))
        case .invalidMarker: return await decoded([0x8000]) { $0.fields[0].invalid = [0x8000] }
        case .notANumber:
            return await decoded([0x7FC0, 0]) { $0.fields = [RegisterField(table: .holding, address: 0, type: .float32)] }
        case .anotherModel, .anotherUnit: return await required(reason)
        case .heartbeatStopped: return await twice(heartbeat, [7, 1], after: .seconds(11))
        case .outOfRange: return await decoded([101]) { $0.range = 0...100 }
        case .lowOxygen:
            let channels = [
                SensorBench.channel(0, quantity: .methane) { $0.principle = .catalytic },
                SensorBench.channel(1, "oxygen", quantity: .oxygen),
            ]
            return await measured(SensorBench.profile(channels), [0, 10])
        case .decodeError:
            return await decoded([0x00A0]) { $0.fields = [RegisterField(table: .holding, address: 0, type: .bcd16)] }
        case .submerged: return .severalSensors
        case .missedEdgesUnrecoverable: return .line
        }
    }

    private func origin(of reason: UncertainReason) async -> Origin {
        switch reason {
        case .resynchronising:
            let bench = SensorBench(SensorBench.profile([SensorBench.channel(0)]))
            bench.set(0, 7)
            bench.image.resynchronise(unit: 9)
            return .sensor(await bench.poll())
        case .stuck:
            let profile = SensorBench.profile([SensorBench.channel(0) { $0.stuckAfter = .seconds(60) }])
            return await twice(profile, [7], after: .seconds(60))
        case .flatLine:
            let limit = ChannelMap.FlatLine(within: 2, duration: .seconds(60))
            return await twice(
                SensorBench.profile([SensorBench.channel(0) { $0.flatLine = limit }]), [7], after: .seconds(60), then: [8])
        case .implausibleJump:
            let profile = SensorBench.profile([SensorBench.channel(0) { $0.maxRate = 1 }])
            return await twice(profile, [7], after: .seconds(1), then: [9])
        case .supplyLow:
            let channels = [SensorBench.channel(0), SensorBench.channel(1, "supply", quantity: .supplyVoltage)]
            return await measured(SensorBench.profile(channels) { $0.supplyMinimum = 12 }, [7, 11])
        case .stale: return await measured(heartbeat, [7, 1])
        case .calibrationOverdue, .testGas: return await status(.uncertain(reason))
        case .disagreement: return .severalSensors
        case .missedEdges, .lineFlapping: return .line
        }
    }

    @Test("every bad reason that a single sensor can give is given", arguments: BadReason.allCases)
    func bad(reason: BadReason) async {
        if case .sensor(let measurements) = await origin(of: reason) { #expect(measurements.first == .bad(reason)) }
    }

    @Test("every uncertain reason that a single sensor can give is given", arguments: UncertainReason.allCases)
    func uncertain(reason: UncertainReason) async {
        guard case .sensor(let measurements) = await origin(of: reason) else { return }
        #expect(measurements.first?.reason == reason.rawValue && measurements.first?.quality == "uncertain")
    }

    @Test("of two reasons the one that says more about the reading is told")
    func precedence() async {
        // From the last to the first: each story adds one more thing that is wrong.
        let channels = [
            SensorBench.channel(0) {
                $0.range = 0...100
                $0.stuckAfter = .seconds(1)
            }
        ]
        let profile = SensorBench.profile(channels) {
            $0.timing.warmUp = .seconds(60)
            $0.heartbeat = .init(place: RegisterPlace(table: .holding, address: 1), period: .seconds(5))
            $0.status = [.init(table: .holding, address: 2, equals: [1: .bad(.inhibited), 2: .uncertain(.testGas)])]
            $0.requirements = [.init(table: .holding, address: 3, equals: 1, reason: .anotherModel)]
        }
        let bench = SensorBench(profile)
        bench.set(0, 7, 1, 0, 1)
        _ = await bench.poll()
        bench.set(1, 2)
        #expect(await bench.poll(after: .seconds(2)) == [.uncertain(7, .stuck)])
        bench.set(2, 2)
        #expect(await bench.poll() == [.uncertain(7, .testGas)])
        bench.image.resynchronise(unit: 9)
        #expect(await bench.poll() == [.uncertain(7, .resynchronising)])
        bench.set(0, 500)
        #expect(await bench.poll() == [.bad(.outOfRange)])
        await bench.silence()
        #expect(await bench.poll() == [.bad(.warmingUp)])
        #expect(await bench.poll(after: .seconds(11)) == [.bad(.heartbeatStopped)])
        bench.set(2, 1)
        #expect(await bench.poll() == [.bad(.inhibited)])
        await bench.silence()
        bench.set(3, 2)
        #expect(await bench.poll() == [.bad(.anotherModel)])
        bench.image.fail(unit: 9, with: .corruptReply)
        #expect(await bench.poll() == [.bad(.corruptReply)])
    }
}
