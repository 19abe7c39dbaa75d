// The owner of one chip's handle: finds the chip, looks at its lines, claims them.
import CGPIO
import DeviceHAL
import Glibc
import Platform

/// An open chip. Closed when it goes away.
final class LineChip {
    /// What the kernel shows as holder of a line that the daemon claimed.
    static let consumer = "gatewayd"

    /// The chip as the configuration names it.
    let selector: String
    /// Where it is.
    let path: String
    private let handle: OpaquePointer
    private let label: String
    private let count: Int

    /// Finds and opens a chip by its label, or by its path when that begins with a slash.
    init(_ selector: String) throws(LineError) {
        let found: Found
        if selector.hasPrefix("/") {
            switch Self.look(at: selector) {
            case .success(let chip): found = chip
            case .failure(let error): throw Self.error(error, chip: selector, opening: true)
            }
        } else {
            found = try Self.find(label: selector)
        }
        self.selector = selector
        path = found.path
        handle = found.handle
        label = found.label
        count = found.count
    }

    deinit { cgpio_close(handle) }

    /// The chip and its lines as they are now.
    func describe() throws(LineError) -> ChipDescription {
        var lines: [LineDescription] = []
        for offset in 0..<count {
            var found = cgpio_description()
            let result = cgpio_describe(handle, UInt32(offset), &found)
            if result != 0 { throw Self.error(-result, chip: selector, line: .offset(offset)) }
            lines.append(Self.description(found, offset))
        }
        return ChipDescription(path: path, label: label, lines: lines)
    }

    /// Claims a line as input with events.
    /// - Parameter debounce: what the kernel shall see to; zero where it cannot.
    func claimInput(_ settings: LineSettings, debounce: Duration) throws(LineError) -> OpaquePointer {
        try claim(settings) { offset, line in
            cgpio_claim_input(
                handle, offset, Self.consumer, Self.bias(settings.bias), settings.activeLow,
                UInt32(clamping: debounce.nanoseconds / 1000), line)
        }
    }

    /// Claims a line as output.
    func claimOutput(_ settings: LineSettings, active: Bool) throws(LineError) -> OpaquePointer {
        try claim(settings) { offset, line in
            cgpio_claim_output(
                handle, offset, Self.consumer, Self.bias(settings.bias), settings.activeLow, active, line)
        }
    }

    private func claim(
        _ settings: LineSettings, _ request: (UInt32, UnsafeMutablePointer<OpaquePointer?>) -> Int32
    ) throws(LineError) -> OpaquePointer {
        let offset = try describe().offset(of: settings.line, chip: selector)
        var line: OpaquePointer?
        let result = request(UInt32(offset), &line)
        if result == 0, let line { return line }
        if result == -EBUSY {
            // Asked again: the holder may have come since.
            let holder = try describe().lines[offset].holder ?? "another program"
            throw LineError(kind: .lineTaken(holder: holder), chip: selector, line: settings.line)
        }
        throw Self.error(-result, chip: selector, line: settings.line)
    }

    // MARK: finding

    private struct Found {
        let path: String
        let handle: OpaquePointer
        let name: String
        let label: String
        let count: Int
    }

    private struct Failure: Error { let number: Int32 }

    private static func look(at path: String) -> Result<Found, Failure> {
        var handle: OpaquePointer?
        let result = cgpio_open(path, &handle)
        guard result == 0, let handle else { return .failure(Failure(number: -result)) }
        var name = [CChar](repeating: 0, count: Int(CGPIO_NAME))
        var label = name
        let count = cgpio_identify(handle, &name, &label)
        guard count >= 0 else {
            cgpio_close(handle)
            return .failure(Failure(number: -count))
        }
        return .success(Found(path: path, handle: handle, name: text(name), label: text(label), count: Int(count)))
    }

    private static func find(label: String) throws(LineError) -> Found {
        var fitting: [Found] = []
        var others: [String] = []
        var forbidden: [String] = []
        for path in candidates() {
            switch look(at: path) {
            case .success(let chip) where chip.label == label && !fitting.contains { $0.name == chip.name }:
                fitting.append(chip)
            case .success(let chip):
                // Another chip, or a link to one that was found: boards link old numbers to new ones.
                if chip.label != label { others.append(chip.label) }
                cgpio_close(chip.handle)
            case .failure(let failure):
                if failure.number == EACCES || failure.number == EPERM { forbidden.append(path) }
            }
        }
        if fitting.count == 1 { return fitting[0] }
        for chip in fitting { cgpio_close(chip.handle) }
        if !fitting.isEmpty { throw LineError(kind: .chipAmbiguous(paths: fitting.map(\.path)), chip: label) }
        if !forbidden.isEmpty {
            let detail = "\(forbidden.joined(separator: ", ")) may not be opened, so their labels are not known"
            throw LineError(kind: .notPermitted, chip: label, detail: detail)
        }
        let detail = others.isEmpty ? "there is no GPIO chip at all" : "there are \(others.joined(separator: ", "))"
        throw LineError(kind: .chipMissing, chip: label, detail: detail)
    }

    /// The device files that may be chips, in the order of their numbers.
    private static func candidates() -> [String] {
        let names = Folder.names(in: "/dev").filter { $0.hasPrefix("gpiochip") }
        return names.sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }.map { "/dev/" + $0 }
    }

    // MARK: words

    private static func error(_ failure: Failure, chip: String, opening: Bool) -> LineError {
        error(failure.number, chip: chip, opening: opening)
    }

    /// - Parameters:
    ///   - number: an errno.
    ///   - opening: true when the chip was not open yet: what is missing then was never there.
    static func error(_ number: Int32, chip: String, line: LineSelector? = nil, opening: Bool = false) -> LineError {
        var words = [CChar](repeating: 0, count: 128)
        cgpio_explain(number, &words, Int32(words.count))
        // The kernel's own ENOTSUPP, which no C library names.
        let notSupported: Int32 = 524
        let kind: LineError.Kind =
            switch number {
            case EACCES, EPERM: .notPermitted
            case ENOENT, ENODEV, ENOTDIR, EISDIR: opening ? .chipMissing : .gone
            case EINVAL, EOPNOTSUPP, ENXIO, ENOTTY, ENOSYS, notSupported: .unsupported
            default: .failed
            }
        let detail = opening && number == ENODEV ? "it is no GPIO chip" : text(words)
        return LineError(kind: kind, chip: chip, line: line, detail: detail)
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// A C array of characters, which Swift sees as a tuple.
    private static func text<Characters>(of characters: Characters) -> String? {
        let bytes = withUnsafeBytes(of: characters) { Array($0.prefix { $0 != 0 }) }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    private static func bias(_ bias: LineBias) -> cgpio_bias {
        switch bias {
        case .asIs: CGPIO_BIAS_AS_IS
        case .disabled: CGPIO_BIAS_DISABLED
        case .pullUp: CGPIO_BIAS_PULL_UP
        case .pullDown: CGPIO_BIAS_PULL_DOWN
        }
    }

    private static func description(_ found: cgpio_description, _ offset: Int) -> LineDescription {
        let bias: LineBias? =
            switch found.bias {
            case CGPIO_BIAS_DISABLED: .disabled
            case CGPIO_BIAS_PULL_UP: .pullUp
            case CGPIO_BIAS_PULL_DOWN: .pullDown
            default: nil
            }
        return LineDescription(
            offset: offset, name: text(of: found.name), holder: found.used ? text(of: found.holder) ?? "the kernel" : nil,
            direction: found.output ? .output : .input, activeLow: found.active_low, bias: bias)
    }
}
