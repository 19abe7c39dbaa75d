// `gatewayctl bus raw` and `bus write` for people: what was asked, the frames, and the words in every type and order.
import DiagnosticsProtocol
import Glibc

extension Renderer {
    /// One read, for who holds a manual against it. Fits 80 columns.
    public func text(_ report: BusReadReport) -> String {
        let request = report.request
        let isBits = request.table == "coil" || request.table == "discrete"
        let items = Words.count(request.count, isBits ? "bit" : "register")
        var result = "\(Words.printable(request.bus)), unit \(request.unit): read \(Self.place(request)) (\(items))"
        if report.problem == nil, let latency = report.latencyMs { result += ", \(Words.milliseconds(latency)) ms" }
        result += "\n" + shown(report.frames) { $0.reads(request.table, request.address, request.count) }
        if let problem = report.problem {
            return result + "\n" + Paint.bad.apply(to: "No value", colour: colour) + ": \(Words.printable(problem))\n"
        }
        if isBits { return result + "\n" + bits(report.words, from: request.address) }
        result += "\n" + words(report.words, from: request.address).render(colour: false) + Self.characters(report.words)
        if let table = doubles(report) {
            result += "\nTwo words, of bytes A B and C D, in every order of a value. In a profile:\n"
            result += "AB CD is word_order big, byte_order big; CD AB little, big; BA DC big, little;\n"
            result += "DC BA little, little.\n" + table.render(colour: false)
        }
        if let table = quadruples(report) {
            result += "\nFour words, of bytes A B, C D, E F and G H:\n" + table.render(colour: false)
        }
        let read = report.forms.map { $0.offset + $0.words }.max() ?? 0
        if report.words.count > max(read, 1) {
            result += "\nOf more than \(read) words only these are combined; read the rest from a later address.\n"
        }
        return result
    }

    /// How a write went.
    public func text(_ report: BusWriteReport) -> String {
        let request = report.request
        let place = Self.place(request.table, request.address, request.words.count)
        let words = Self.shortList(request.words)
        var result = "\(Words.printable(request.bus)), unit \(request.unit): write \(words) to \(place)\n"
        result += shown(report.frames) { $0.writes(request.table, request.address, request.words.count) } + "\n"
        guard let problem = report.problem else {
            return result + Paint.good.apply(to: "Confirmed", colour: colour) + " by unit \(request.unit).\n"
        }
        let unwritten = "not written: "
        let isUnwritten = problem.hasPrefix(unwritten)
        let verdict = Paint.bad.apply(to: isUnwritten ? "Not written" : "Not confirmed", colour: colour)
        return result + "\(verdict): \(Words.printable(String(problem.dropFirst(isUnwritten ? unwritten.count : 0))))\n"
    }

    /// The frames below a blank line; a port that cannot be opened has none.
    private func shown(_ frames: [BusFrameRow], isAsked: (ModbusFrame) -> Bool) -> String {
        frames.isEmpty ? "" : "\n" + self.frames(frames, isAsked: isAsked)
    }

    /// What is about to be written, as a question without its mark.
    public static func question(_ request: BusWriteRequest) -> String {
        let place = place(request.table, request.address, request.words.count)
        return "write \(shortList(request.words)) to \(place) of unit \(request.unit) on \(Words.printable(request.bus))"
    }

    private static func place(_ request: BusReadRequest) -> String { place(request.table, request.address, request.count) }

    private static func place(_ table: String, _ address: Int, _ count: Int) -> String {
        let name = Words.printable(table)
        return count > 1
            ? "\(name) \(address) to \(address.addingReportingOverflow(count - 1).partialValue)" : "\(name) \(address)"
    }

    private static func shortList(_ words: [Int]) -> String { words.map(String.init).joined(separator: " ") }

    /// A row a word; BA is the word with its bytes swapped.
    private func words(_ words: [Int], from address: Int) -> Table {
        var table = Table(">ADDRESS", "HEX", ">UINT16", ">INT16", ">BCD16", ">BA UINT16", ">BA INT16", ">BA BCD16")
        for (index, word) in words.enumerated() {
            let word = UInt16(truncatingIfNeeded: word)
            let swapped = word.byteSwapped
            table.add(
                "\(address + index)", Table.Cell(Self.hex(word)), "\(word)", "\(Int16(bitPattern: word))",
                Table.Cell(Self.decimal(word)), "\(swapped)", "\(Int16(bitPattern: swapped))", Table.Cell(Self.decimal(swapped)))
        }
        return table
    }

    static func hex(_ word: UInt16) -> String {
        let digits = String(word, radix: 16)
        return "0x" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// Four decimal digits, one in each nibble; `–` when one is none.
    private static func decimal(_ word: UInt16) -> String {
        let digits = String(word, radix: 16)
        return digits.allSatisfy(\.isNumber) ? digits : "–"
    }

    /// The words as characters in both byte orders, when any are; `·` for what is none.
    private static func characters(_ words: [Int]) -> String {
        func text(_ bytes: [Int]) -> String {
            String(String.UnicodeScalarView(bytes.map { (0x20...0x7E).contains($0) ? UnicodeScalar(UInt8($0)) : "·" }))
        }
        let inOrder = words.flatMap { [$0 >> 8 & 0xFF, $0 & 0xFF] }
        guard inOrder.contains(where: { (0x20...0x7E).contains($0) }) else { return "" }
        let swapped = words.flatMap { [$0 & 0xFF, $0 >> 8 & 0xFF] }
        func rows(_ bytes: [Int]) -> [String] {
            stride(from: 0, to: bytes.count, by: 64).map { text(Array(bytes[$0..<min($0 + 64, bytes.count)])) }
        }
        func block(_ title: String, _ bytes: [Int]) -> String {
            rows(bytes).enumerated().map { "\($0 == 0 ? title : "        ")\($1)\n" }.joined()
        }
        return "\n" + block("text    ", inOrder) + block("text BA ", swapped)
    }

    private static let orders = [("big", "big"), ("little", "big"), ("big", "little"), ("little", "little")]

    private func forms(
        _ report: BusReadReport, _ count: Int, _ type: String
    ) -> (_ offset: Int, _ order: (String, String)) -> String {
        var found: [String: String] = [:]
        for form in report.forms where form.words == count && form.type == type {
            found["\(form.offset) \(form.wordOrder ?? "") \(form.byteOrder)"] = form.value
        }
        return { offset, order in found["\(offset) \(order.0) \(order.1)"] ?? "–" }
    }

    /// A row for each start and type, a column for each order.
    private func doubles(_ report: BusReadReport) -> Table? {
        let types = ["uint32", "int32", "float32", "bcd32"].map { ($0, forms(report, 2, $0)) }
        var table = Table(">ADDRESS", "TYPE", ">AB CD", ">CD AB", ">BA DC", ">DC BA")
        let offsets = Set(report.forms.filter { $0.words == 2 }.map(\.offset)).sorted()
        for offset in offsets {
            for (type, value) in types {
                let values = Self.orders.map { value(offset, $0) }
                guard values.contains(where: { $0 != "–" }) else { continue }
                table.add(
                    "\(report.request.address + offset)", Table.Cell(type), Table.Cell(values[0]), Table.Cell(values[1]),
                    Table.Cell(values[2]), Table.Cell(values[3]))
            }
        }
        return offsets.isEmpty ? nil : table
    }

    /// A row for each start and order, a column for each type.
    private func quadruples(_ report: BusReadReport) -> Table? {
        let types = ["uint64", "int64", "float64"].map { forms(report, 4, $0) }
        var table = Table(">ADDRESS", "ORDER", ">UINT64", ">INT64", ">FLOAT64")
        let offsets = Set(report.forms.filter { $0.words == 4 }.map(\.offset)).sorted()
        let names = ["AB CD EF GH", "GH EF CD AB", "BA DC FE HG", "HG FE DC BA"]
        for offset in offsets {
            for (name, order) in zip(names, Self.orders) {
                table.add(
                    "\(report.request.address + offset)", Table.Cell(name), Table.Cell(types[0](offset, order)),
                    Table.Cell(types[1](offset, order)), Table.Cell(Self.shortened(types[2](offset, order))))
            }
        }
        return offsets.isEmpty ? nil : table
    }

    /// A number in at most 14 characters, which leave seven digits; the JSON has all of them.
    private static func shortened(_ number: String) -> String {
        guard number.count > 14, let value = Double(number) else { return number }
        var buffer = [CChar](repeating: 0, count: 32)
        let written = withVaList([value]) { vsnprintf(&buffer, buffer.count, "%.7g", $0) }
        return written > 0 ? String(decoding: buffer.prefix(Int(written)).map(UInt8.init(bitPattern:)), as: UTF8.self) : number
    }

    /// Ten bits a row, under the number to be added to the row's address.
    private func bits(_ bits: [Int], from address: Int) -> String {
        var table = Table(">ADDRESS", ">+0", ">+1", ">+2", ">+3", ">+4", ">+5", ">+6", ">+7", ">+8", ">+9")
        for start in stride(from: 0, to: bits.count, by: 10) {
            let row = (0..<10).map { start + $0 < bits.count ? Table.Cell("\(bits[start + $0])") : "" }
            table.add(
                "\(address + start)", row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9])
        }
        return table.render(colour: false)
    }
}
