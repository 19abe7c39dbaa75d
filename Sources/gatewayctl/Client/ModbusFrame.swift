// What a Modbus frame says, in words: for the trace and the raw read. The technician's tool knows nothing of the hardware layer.
import DiagnosticsProtocol

/// A frame taken apart as far as it goes.
///
/// Source: Modbus Application Protocol V1.1b3, §6 and §7; over Serial Line V1.02, §2.5.1; Messaging on TCP/IP V1.0b, §3.1.3.
struct ModbusFrame: Equatable {
    /// Its bytes, in the order of the wire.
    let bytes: [UInt8]
    /// Function code and data.
    let pdu: [UInt8]

    /// - Parameters:
    ///   - hex: two digits a byte.
    ///   - kind: the bus's kind, which says how frames are framed.
    /// - Returns: nil when it is no hexadecimal text.
    init?(hex: String, kind: String) {
        guard let bytes = Self.bytes(of: hex) else { return nil }
        self.bytes = bytes
        pdu = kind == "modbus-tcp" ? Array(bytes.dropFirst(7)) : Array(bytes.dropFirst().dropLast(2))
    }

    /// A request whose bus is not known: no request of one framing has the length and shape of another.
    init?(request hex: String) {
        guard let bytes = Self.bytes(of: hex) else { return nil }
        let isTCP = bytes.count >= 12 && bytes[2] == 0 && bytes[3] == 0 && Int(bytes[4]) << 8 | Int(bytes[5]) == bytes.count - 6
        self.init(hex: hex, kind: isTCP ? "modbus-tcp" : "modbus-rtu")
    }

    /// Whether it reads just these items.
    func reads(_ table: String, _ address: Int, _ count: Int) -> Bool {
        (1...4).contains(function ?? 0) && self.table == table && word(at: 1) == address && word(at: 3) == count
    }

    /// Whether it writes just these items.
    func writes(_ table: String, _ address: Int, _ count: Int) -> Bool {
        guard let function, self.table == table, word(at: 1) == address else { return false }
        return [5, 6].contains(function) ? count == 1 : [15, 16].contains(function) && word(at: 3) == count
    }

    /// The bytes of hexadecimal text.
    static func bytes(of hex: String) -> [UInt8]? {
        let digits = Array(hex.utf8)
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digit(digits[index]), let low = digit(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The function code without the bit that makes it a refusal.
    var function: UInt8? { pdu.first.map { $0 & 0x7F } }

    /// The table that the function reads or writes.
    var table: String? {
        switch function {
        case 1, 5, 15: "coil"
        case 2: "discrete"
        case 3, 6, 16: "holding"
        case 4: "input"
        default: nil
        }
    }

    private func word(at index: Int) -> Int? { index + 1 < pdu.count ? Int(pdu[index]) << 8 | Int(pdu[index + 1]) : nil }

    private func words(from index: Int) -> [Int] { stride(from: index, to: pdu.count - 1, by: 2).compactMap(word(at:)) }

    private func bits(from index: Int) -> [Int] {
        pdu.dropFirst(index).flatMap { byte in (0..<8).map { Int(byte >> UInt8($0)) & 1 } }
    }

    /// What is asked: `read holding 0 to 1`, `write coil 3: 1`; empty when it is nothing that is known.
    func question(_ language: Vocabulary) -> String {
        guard let table, let address = word(at: 1), let value = word(at: 3) else {
            return function.map { language("功能码 \($0)", "function \($0)") } ?? ""
        }
        let (read, write) = (language("读", "read"), language("写", "write"))
        let range = Self.range(table, address, value, language)
        switch function {
        case 5: return "\(write) coil \(address): \(value == 0 ? 0 : 1)"
        case 6: return "\(write) \(table) \(address): \(value)"
        case 15: return "\(write) \(range): \(Self.list(Array(bits(from: 6).prefix(value))))"
        case 16: return "\(write) \(range): \(Self.list(words(from: 6)))"
        default: return "\(read) \(range)"
        }
    }

    /// What is answered to a question: its values, that a write is confirmed, or the exception.
    func answer(to question: ModbusFrame?, _ language: Vocabulary) -> String {
        guard let first = pdu.first else { return "" }
        if first & 0x80 != 0 {
            let code = pdu.count > 1 ? " \(Self.exception(pdu[1], language))" : ""
            return language("异常", "exception") + code
        }
        switch first {
        case 1, 2:
            let count = question?.word(at: 3) ?? .max
            return Self.list(Array(bits(from: 2).prefix(count)))
        case 3, 4: return Self.list(words(from: 2))
        case 5, 6, 15, 16: return language("已确认", "confirmed")
        default: return language("功能码 \(first)", "function \(first)")
        }
    }

    private static func range(_ table: String, _ address: Int, _ count: Int, _ language: Vocabulary) -> String {
        let last = address + max(count, 1) - 1
        return count == 1
            ? "\(table) \(address)" : language("\(table) \(address) 至 \(last)", "\(table) \(address) to \(last)")
    }

    /// The numbers, the first of them when there are many.
    private static func list(_ numbers: [Int]) -> String {
        let most = 8
        return numbers.prefix(most).map(String.init).joined(separator: " ")
            + (numbers.count > most ? " … (\(numbers.count))" : "")
    }

    /// The code with its name (V1.1b3 §7).
    private static func exception(_ code: UInt8, _ language: Vocabulary) -> String {
        let name: String? =
            switch code {
            case 1: language("非法功能码", "illegal function")
            case 2: language("非法数据地址", "illegal data address")
            case 3: language("非法数据值", "illegal data value")
            case 4: language("设备故障", "device failure")
            case 5: language("确认，处理中", "acknowledge")
            case 6: language("设备忙", "busy")
            case 8: language("存储奇偶校验错误", "memory parity error")
            case 10: language("网关路径不可用", "gateway path unavailable")
            case 11: language("网关目标设备无应答", "gateway target did not respond")
            default: nil
            }
        return name.map { language("\(code)，\($0)", "\(code), \($0)") } ?? "\(code)"
    }
}
