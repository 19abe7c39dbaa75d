// What to do about a reading that is not good, for each reason of the vocabulary: none can be forgotten.
import SensorModel

/// The remedies.
public enum ReasonRemedy {
    /// Of a reading without a value.
    public static func remedy(_ reason: BadReason) -> Bilingual {
        switch reason {
        case .timeout:
            Bilingual(
                zh: "检查设备供电、接线（A/B 是否接反）和地址。",
                en: "Check the device's power, its wires (are A and B swapped?) and its address.")
        case .corruptReply:
            Bilingual(
                zh: "检查屏蔽接地、终端电阻，以及是否有两台设备同址。",
                en: "Check shield, earth and terminating resistors, and that no two devices have one address.")
        case .exception:
            Bilingual(
                zh: "设备拒绝该寄存器：核对型号文件（profile）与设备固件。",
                en: "The device refuses this register: hold the sensor model (profile) against the device's firmware.")
        case .disconnected:
            Bilingual(zh: "先恢复总线连接：检查转换器、网线和设备名。", en: "Restore the bus first: adapter, network cable, device name.")
        case .deviceFault:
            Bilingual(zh: "设备自报故障：查看其指示灯和手册，必要时更换。", en: "The device reports a fault: see its lamps and manual, replace it.")
        case .invalidMarker:
            Bilingual(
                zh: "设备报告测量无效：检查探头、探头插头和量程。",
                en: "The device says that its measurement is invalid: check the probe, its plug and its range.")
        case .notANumber:
            Bilingual(
                zh: "核对型号文件中的数据类型和字序；设备也可能测量失败。",
                en: "Check type and word order in the sensor model; the device may also have failed to measure.")
        case .anotherModel:
            Bilingual(
                zh: "此地址上是另一型号的设备：换回正确设备，或更正配置中的 profile。",
                en: "Another model answers at this address: put the right device back, or correct `profile`.")
        case .anotherUnit:
            Bilingual(
                zh: "设备的计量单位与型号文件不符：按手册改回设备的单位。",
                en: "The device is set to another unit of measure: set it as the sensor model says.")
        case .warmingUp:
            Bilingual(zh: "等待预热结束；若反复出现，检查供电是否中断。", en: "Wait until it is warm; if this comes again, look for a failing supply.")
        case .inhibited:
            Bilingual(zh: "设备被置于抑制状态：在设备上解除抑制。", en: "The device was inhibited by a person: end that at the device.")
        case .calibrating:
            Bilingual(zh: "设备正在标定：完成标定并退出标定状态。", en: "The device is being calibrated: finish that, and leave the mode.")
        case .heartbeatStopped:
            Bilingual(
                zh: "设备应答但其内部计数已停：断电重启设备，仍不恢复则更换。",
                en: "The device answers but counts no more: switch it off and on, and replace it if that does not help.")
        case .outOfRange:
            Bilingual(
                zh: "数值超出量程：用便携式仪器核对现场；若现场正常，检查探头。",
                en: "The value is beyond the range: measure with a portable instrument; if all is normal, check the probe.")
        case .lowOxygen:
            Bilingual(
                zh: "氧气不足，催化探头不可信：不得开盖和使用火源，用便携式仪器（红外）检测。",
                en: "Too little oxygen for a catalytic head: do not open, no flame; measure with an infrared instrument.")
        case .submerged:
            Bilingual(
                zh: "探头被水淹：排水后干燥、检查并重新标定探头。",
                en: "The head is under water: pump out, then dry, check and calibrate the head.")
        case .missedEdgesUnrecoverable:
            Bilingual(
                zh: "丢失了触点的变化：检查触点是否抖动，必要时加大 debounce；gatewayctl gpio。",
                en: "Changes of the contact were lost: does it chatter? Raise `debounce`; see gatewayctl gpio.")
        case .decodeError:
            Bilingual(
                zh: "应答无法按型号文件解码：核对寄存器表；gatewayctl bus raw。",
                en: "The reply does not fit the sensor model: check its registers; gatewayctl bus raw.")
        }
    }

    /// Of a value that is to be taken with care.
    public static func remedy(_ reason: UncertainReason) -> Bilingual {
        switch reason {
        case .resynchronising:
            Bilingual(
                zh: "稍候：通信故障后正在重新同步；若持续，检查接线。", en: "Wait: it finds back into step after a fault; if it lasts, check wires.")
        case .stuck:
            Bilingual(
                zh: "数值卡住：做功能测试（commission test），检查探头是否被堵或结冰。",
                en: "The value does not move: make a function test (commission test); is the head blocked or frozen?")
        case .flatLine:
            Bilingual(
                zh: "数值长期完全不变：做功能测试（commission test）。",
                en: "The value has not changed at all for long: make a function test (commission test).")
        case .implausibleJump:
            Bilingual(
                zh: "跳变不合理：检查插头和接线是否松动，用便携式仪器核对。",
                en: "It jumped as nothing real does: look for a loose plug, compare with a portable instrument.")
        case .supplyLow:
            Bilingual(zh: "测量供电电压，检查电池、线径和保险。", en: "Measure the supply; check battery, wire length and fuse.")
        case .stale:
            Bilingual(zh: "读数过时：查看总线是否超载或设备是否断续（bus stats）。", en: "The reading is old: is the bus overloaded (bus stats)?")
        case .disagreement:
            Bilingual(
                zh: "传感器相互矛盾：到现场用便携式仪器或量尺核对，确定哪一个有误。",
                en: "Sensors contradict each other: compare both on the spot with an instrument or a rule.")
        case .calibrationOverdue:
            Bilingual(zh: "标定已过期：安排标定并登记日期。", en: "Calibrate it and record the date.")
        case .testGas:
            Bilingual(zh: "正在通标准气：测试完成后结束标定状态。", en: "Test gas is on: end the calibration when the test is done.")
        case .missedEdges:
            Bilingual(
                zh: "曾丢失触点的变化：检查触点是否抖动；gatewayctl gpio。", en: "Some changes were lost: does the contact chatter? gatewayctl gpio."
            )
        case .lineFlapping:
            Bilingual(
                zh: "触点一分钟内反复通断：检查开关、磁铁间隙和接线。",
                en: "The contact opens and closes all the time: check the switch, its magnet's gap and the wires.")
        }
    }
}
