// What the person at the cover has to do in a function test, by what the sensor measures.
import SensorModel

/// The instructions.
enum FunctionTestWords {
    /// What has to be done so that a value of the quantity moves as expected.
    static func instruction(_ quantity: Quantity, _ expectation: FunctionTest.Expectation) -> Bilingual {
        switch quantity {
        case .tilt, .displacement, .vibration:
            Bilingual(
                zh: "请掀起或倾斜井盖（传感器），保持几秒钟。",
                en: "Lift or tilt the cover (the sensor) and hold it for a few seconds.")
        case .coverOpen, .coverPresent:
            Bilingual(zh: "请打开井盖，保持几秒钟，再盖好。", en: "Open the lid, hold it open for a few seconds, and close it.")
        case .settlement:
            Bilingual(zh: "请用塞尺垫高或降低测点，保持几秒钟。", en: "Raise or lower the measuring point with a gauge and hold it.")
        case .methane, .combustible, .hydrogenSulfide, .carbonMonoxide:
            expectation == .fall
                ? Bilingual(zh: "请移去标准气，用洁净空气吹扫探头。", en: "Take the test gas away and let clean air reach the head.")
                : Bilingual(zh: "请向探头通入标准气（按厂家流量）。", en: "Apply test gas to the head, at the maker's flow.")
        case .oxygen:
            expectation == .rise
                ? Bilingual(zh: "请移去氮气，用洁净空气吹扫探头。", en: "Take the nitrogen away and let clean air reach the head.")
                : Bilingual(zh: "请向探头通入氮气（或低氧标准气）。", en: "Apply nitrogen, or test gas with little oxygen, to the head.")
        case .waterLevel, .waterDepth, .waterPressure:
            expectation == .fall
                ? Bilingual(zh: "请把探头提出水面。", en: "Lift the probe out of the water.")
                : Bilingual(zh: "请把探头放入水中至少 10 厘米。", en: "Lower the probe at least 10 cm into water.")
        case .waterFloat: Bilingual(zh: "请用手抬起浮球，保持几秒钟。", en: "Raise the float by hand and hold it for a few seconds.")
        case .flow: Bilingual(zh: "请使流量改变（注水或截流）。", en: "Change the flow: let water in, or hold it back.")
        case .temperature:
            Bilingual(zh: "请用手捂热（或冷却）传感器。", en: "Warm the sensor with your hand, or cool it.")
        case .humidity: Bilingual(zh: "请对传感器呵气。", en: "Breathe on the sensor.")
        case .supplyVoltage, .batteryVoltage, .batteryCharge, .mains:
            Bilingual(zh: "请断开市电（或电池）几秒钟，再恢复。", en: "Disconnect mains (or the battery) for a few seconds, and reconnect it.")
        case .doorTamper:
            Bilingual(zh: "请打开箱门，保持几秒钟，再关好。", en: "Open the box's door, hold it open for a few seconds, and close it.")
        case .raw: Bilingual(zh: "请改变被测量。", en: "Change what the sensor measures.")
        }
    }

    /// Test gas outside of a calibration.
    static let gasIsReal = Bilingual(
        zh: "注意：读数按真实气体处理，会产生报警并上报平台；请先通知平台。标准气检验应在标定（calibration）状态下进行。",
        en:
            "These readings count as real gas: they raise alarms, and the platform hears of them; tell it before. Test gas "
            + "belongs into a calibration, in which readings say that they are of test gas.")

    /// The first reading had no value.
    static func noValue(at place: String, reason: String) -> Bilingual {
        Bilingual(
            zh: "\(place)：无法开始功能测试，传感器没有读数（\(reason)）。请先排除故障：gatewayctl sensors。",
            en:
                "\(place): no function test can begin, the sensor gives no value (\(reason)). Mend that first: "
                + "gatewayctl sensors."
        )
    }

    /// How it ended.
    static func verdict(_ state: FunctionTest.State) -> Bilingual {
        switch state {
        case .waiting: Bilingual(zh: "测试仍在进行。", en: "The test still goes on.")
        case .moved: Bilingual(zh: "读数按预期变化。", en: "The value moved as expected.")
        case .notMoved:
            Bilingual(
                zh: "读数没有按预期变化：请检查传感器、接线和量程，再测一次。",
                en: "The value did not move as expected: check the sensor, its wiring and its range, and test again.")
        }
    }
}
