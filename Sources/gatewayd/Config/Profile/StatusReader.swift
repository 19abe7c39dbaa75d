// A sensor model's `require` and `status`: the registers that say whether the values may be believed.
import DeviceHAL
import SensorModel

/// Reads requirements and status registers.
enum StatusReader {
    /// One entry of `require`.
    static func requirement(_ field: Field) -> DeviceProfile.Requirement? {
        guard let section = field.section(["table", "address", "mask", "equals", "reason"]) else { return nil }
        let place = readPlace(section)
        let mask = section["mask"].map { $0.word() } ?? 0xFFFF
        let equals = section.required("equals", "what the register must hold")?.word()
        let reason: BadReason? = section.required("reason", "a reason, like another-model")?.choice()
        guard let place, let mask, let equals, let reason else { return nil }
        if equals & ~mask != 0 {
            section["equals"]?.refuse(
                "expected only bits that are in the mask \(section["mask"]?.found ?? ""), else it can never hold")
        }
        return DeviceProfile.Requirement(table: place.table, address: place.address, mask: mask, equals: equals, reason: reason)
    }

    /// One entry of `status`.
    static func status(_ field: Field) -> DeviceProfile.StatusRule? {
        guard let section = field.section(["table", "address", "type", "equals", "bits"]) else { return nil }
        let place = readPlace(section)
        _ = section["type"]?.choice(of: ["uint16"])
        let equals = section["equals"].map { readReasons($0, 0...0xFFFF, "a value from 0 to 65535") } ?? [:]
        let bits = section["bits"].map { readReasons($0, 0...15, "a bit from 0 (least significant) to 15") } ?? [:]
        if section["equals"] == nil, section["bits"] == nil {
            field.refuse("expected 'equals' or 'bits' with the reasons, found neither")
        }
        guard let place else { return nil }
        let values = equals.map { (UInt16($0.key), $0.value) }
        return DeviceProfile.StatusRule(
            table: place.table, address: place.address, equals: Dictionary(values) { first, _ in first }, bits: bits)
    }

    private static func readPlace(_ section: Section) -> (table: RegisterTable, address: UInt16)? {
        let table: RegisterTable? = section.required("table", "input or holding").flatMap { field in
            field.choice(of: ["input", "holding"], later: ["coil", "discrete"]).flatMap(RegisterTable.init(rawValue:))
        }
        let address = section.required("address", "the zero-based PDU address")?.word()
        guard let table, let address else { return nil }
        return (table, address)
    }

    private static func readReasons(_ field: Field, _ range: ClosedRange<Int>, _ what: String) -> [Int: BadReason] {
        var reasons: [Int: BadReason] = [:]
        for entry in field.named() ?? [] {
            let number = entry.key.integer(in: range, what)
            let reason: BadReason? = entry.value.choice()
            guard let number, let reason else { continue }
            if reasons[number] != nil { entry.key.refuse("\(number) stands here twice") }
            reasons[number] = reason
        }
        return reasons
    }
}
