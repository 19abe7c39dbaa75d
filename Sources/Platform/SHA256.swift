// SHA-256, which names configurations and links the records of the audit log. Here because nothing here links a crypto library.

/// The secure hash algorithm with 256 bits, of a message that may come in pieces.
///
/// Source: FIPS 180-4, §4.1.2, §4.2.2, §5.1.1, §5.3.3 and §6.2.
public struct SHA256: Sendable {
    private var hash = Self.initial
    private var schedule = [UInt32](repeating: 0, count: 64)
    /// Bytes that do not fill a block yet.
    private var rest: [UInt8] = []
    private var count: UInt64 = 0

    /// Of nothing yet.
    public init() { rest.reserveCapacity(128) }

    /// The digest of the bytes as 64 lower-case hexadecimal digits.
    public static func hexadecimal(of message: some Collection<UInt8>) -> String {
        var hash = Self()
        hash.update(Array(message)[...])
        return hash.hexadecimal
    }

    /// Takes the next piece of the message.
    public mutating func update(_ bytes: ArraySlice<UInt8>) {
        count += UInt64(bytes.count)
        var bytes = bytes
        if !rest.isEmpty {
            let missing = bytes.prefix(64 - rest.count)
            rest += missing
            bytes = bytes.dropFirst(missing.count)
            guard rest.count == 64 else { return }
            process(rest[...])
            rest.removeAll(keepingCapacity: true)
        }
        while bytes.count >= 64 {
            process(bytes.prefix(64))
            bytes = bytes.dropFirst(64)
        }
        rest += bytes
    }

    /// The digest of what was taken so far.
    public var hexadecimal: String {
        var last = self
        var padding: [UInt8] = [0x80]
        padding.append(contentsOf: repeatElement(0, count: (119 - rest.count) % 64))
        let bits = count * 8
        for shift in stride(from: UInt64(56), through: 0, by: -8) { padding.append(UInt8(truncatingIfNeeded: bits >> shift)) }
        last.update(padding[...])
        return last.hash.map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }

    private mutating func process(_ block: ArraySlice<UInt8>) {
        for index in 0..<64 {
            if index < 16 {
                let start = block.startIndex + index * 4
                schedule[index] = block[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
            } else {
                let small0 = rotate(schedule[index - 15], 7) ^ rotate(schedule[index - 15], 18) ^ schedule[index - 15] >> 3
                let small1 = rotate(schedule[index - 2], 17) ^ rotate(schedule[index - 2], 19) ^ schedule[index - 2] >> 10
                schedule[index] = schedule[index - 16] &+ small0 &+ schedule[index - 7] &+ small1
            }
        }
        var (a, b, c, d) = (hash[0], hash[1], hash[2], hash[3])
        var (e, f, g, h) = (hash[4], hash[5], hash[6], hash[7])
        for index in 0..<64 {
            let choice = (e & f) ^ (~e & g)
            let majority = (a & b) ^ (a & c) ^ (b & c)
            let big1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
            let big0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
            let first = h &+ big1 &+ choice &+ Self.constants[index] &+ schedule[index]
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ big0 &+ majority)
        }
        for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { hash[index] &+= word }
    }

    private static let initial: [UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]

    private static let constants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}

private func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }
