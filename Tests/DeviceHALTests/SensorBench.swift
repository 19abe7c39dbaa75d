// One sensor before an image of registers, with a hand on the time: what the tests of the sensor's edge have in common.
import DeviceHAL
import SensorModel
import TestSupport

/// Unit 9; channels are raw numbers of holding registers unless a test says otherwise.
struct SensorBench {
    let image = RegisterImage()
    let clock = ManualClock()
    let sensor: PolledSensor

    init(_ profile: DeviceProfile) {
        sensor = PolledSensor(
            cover: "C", id: "s", unit: 9, profile: profile, busResponseTimeout: .seconds(1), bus: image, clock: clock)
    }

    /// A model with the channels, and whatever else the test adds.
    static func profile(_ channels: [ChannelMap], _ change: (inout DeviceProfile) -> Void = { _ in }) -> DeviceProfile {
        var profile = DeviceProfile(
            name: "model", vendor: "V", model: "M", sourceDocument: "D", sourcePage: "1", channels: channels)
        change(&profile)
        return profile
    }

    /// A channel of one holding register.
    static func channel(
        _ address: UInt16, _ name: String = "value", quantity: Quantity = .raw, _ change: (inout ChannelMap) -> Void = { _ in }
    ) -> ChannelMap {
        var channel = ChannelMap(
            name: name, quantity: quantity, fields: [RegisterField(table: .holding, address: address, type: .int16)])
        change(&channel)
        return channel
    }

    func set(_ address: UInt16, _ words: UInt16...) { image.set(unit: 9, .holding, address, words: words) }

    /// What one poll brings, after so much time.
    func poll(after duration: Duration = .zero) async -> [Measurement] {
        clock.advance(by: duration)
        return await sensor.poll().map(\.measurement)
    }

    /// One poll in silence.
    func silence(_ kind: BusError.Kind = .timeout) async {
        image.fail(unit: 9, with: kind)
        _ = await poll()
        image.fail(unit: 9, with: nil)
    }
}
