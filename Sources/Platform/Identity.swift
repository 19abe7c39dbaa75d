// Names made once and never again: the kernel makes them, so two gateways cannot agree by accident.

/// Unique ids from the kernel.
public enum Identity {
    /// The id of this boot of the kernel: the base of monotonic time. A fresh one when the kernel does not tell.
    public static func boot() -> String { kernelUUID("/proc/sys/kernel/random/boot_id") }

    /// A fresh random UUID (version 4).
    public static func unique() -> String { kernelUUID("/proc/sys/kernel/random/uuid") }

    private static func kernelUUID(_ path: String) -> String {
        if let text = TextFile.read(path, atMost: 64) {
            let uuid = text.prefix { $0 != "\n" }
            if uuid.count == 36 { return String(uuid) }
        }
        var generator = SystemRandomNumberGenerator()
        return uuid(using: &generator)
    }

    /// A UUID (version 4) out of the given random numbers, so that a seeded run makes the same ids again.
    public static func uuid(using generator: inout some RandomNumberGenerator) -> String {
        let high: UInt64 = generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low: UInt64 = generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        let digits = [high, low].map { word in
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }.joined()
        var groups: [Substring] = []
        var rest = digits[...]
        for length in [8, 4, 4, 4, 12] {
            groups.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return groups.joined(separator: "-")
    }
}
