// The bytes that a simulated transaction would be on its wire, for whoever traces it.
import DeviceHAL

/// Frames of a bus that has none.
struct SimulatedFrames {
    let wire: WireTime

    /// The request.
    func request(_ frame: RequestFrame, number: UInt16) -> [UInt8] {
        wire == .tcp ? frame.tcp(transaction: number) : frame.serial
    }

    /// The reply with these words; a write's is its confirmation.
    func reply(to frame: RequestFrame, words: [UInt16], number: UInt16) -> [UInt8] {
        let pdu: [UInt8]
        switch frame.reply {
        case .confirmation: pdu = Array(frame.pdu.prefix(5))
        case .items(let byteCount):
            var data = [UInt8](repeating: 0, count: byteCount)
            if frame.table.isBits {
                for (index, word) in words.enumerated() where word == 1 && index / 8 < byteCount {
                    data[index / 8] |= 1 << UInt8(index % 8)
                }
            } else {
                data = words.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
            }
            pdu = [frame.function, UInt8(truncatingIfNeeded: byteCount)] + data
        }
        return framed(pdu, unit: frame.unit, number: number)
    }

    /// The refusal with an exception code.
    func exception(_ code: UInt8, to frame: RequestFrame, number: UInt16) -> [UInt8] {
        framed([frame.function | 0x80, code], unit: frame.unit, number: number)
    }

    /// A reply whose checksum is wrong.
    func corrupt(_ frame: RequestFrame, number: UInt16) -> [UInt8] {
        var bytes = reply(to: frame, words: [UInt16](repeating: 0, count: Int(frame.count)), number: number)
        if let last = bytes.indices.last { bytes[last] ^= 0xFF }
        return bytes
    }

    private func framed(_ pdu: [UInt8], unit: UInt8, number: UInt16) -> [UInt8] {
        let frame = [unit] + pdu
        if wire == .tcp {
            let length = UInt16(truncatingIfNeeded: frame.count)
            return [
                UInt8(number >> 8), UInt8(truncatingIfNeeded: number), 0, 0, UInt8(length >> 8),
                UInt8(truncatingIfNeeded: length),
            ]
                + frame
        }
        let crc = ModbusCRC.of(frame)
        return frame + [UInt8(truncatingIfNeeded: crc), UInt8(crc >> 8)]
    }
}
