// `gatewayctl bus raw` and `bus write` for people: what was asked, the frames, and the words in every type and order.
import DiagnosticsProtocol
import Glibc

extension Renderer {
    /// One read, for who holds a manual against it. Fits 80 columns.
    public func text(_ report: BusReadReport) -> String {
        let request = report.request
        let isBits = request.table == "coil" || request.table == "discrete"
        let (bus, count) = (Words.printable(request.bus), request.count)
        let place = place(request.table, request.address, count)
        var result = words(
            "\(bus)，设备 \(request.unit)：读 \(place)（\(count) 个\(isBits ? "位" : "寄存器")）",
            "\(bus), unit \(request.unit): read \(place) (\(Words.count(count, isBits ? "bit" : "register")))")
        if report.problem == nil, let latency = report.latencyMs {
            result += words("，", ", ") + "\(Words.milliseconds(latency)) ms"
        }
        result += sensors(report.sensors, report.covers)
        result += "\n" + shown(report.frames) { $0.reads(request.table, request.address, request.count) }
        if let problem = report.problem {
            return result + "\n" + Paint.bad.apply(to: words("没有值", "No value"), colour: colour)
                + words("：", ": ") + "\(Words.printable(problem))\n"
        }
        if isBits { return result + "\n" + bits(report.words, from: request.address) }
        result += "\n" + registers(report.words, from: request.address).render(colour: false) + Self.characters(report.words)
        if let table = doubles(report) {
            result += words(
                "\n两个字（字节 A B 和 C D）按各种顺序组成的值。型号文件中的写法：\n",
                "\nTwo words, of bytes A B and C D, in every order of a value. In a profile:\n")
            result += words(
                "AB CD 为 word_order big、byte_order big；CD AB 为 little、big；\nBA DC 为 big、little；DC BA 为 little、little。\n",
                "AB CD is word_order big, byte_order big; CD AB little, big; BA DC big, little;\nDC BA little, little.\n")
            result += table.render(colour: false)
        }
        if let table = quadruples(report) {
            result += words("\n四个字（字节 A B、C D、E F 和 G H）：\n", "\nFour words, of bytes A B, C D, E F and G H:\n")
            result += table.render(colour: false)
        }
        let read = report.forms.map { $0.offset + $0.words }.max() ?? 0
        if report.words.count > max(read, 1) {
            result += words(
                "\n超过 \(read) 个字时只组合以上这些；其余请从后面的地址读取。\n",
                "\nOf more than \(read) words only these are combined; read the rest from a later address.\n")
        }
        return result
    }

    /// How a write went.
    public func text(_ report: BusWriteReport) -> String {
        let request = report.request
        let place = place(request.table, request.address, request.words.count)
        let (bus, list) = (Words.printable(request.bus), Self.shortList(request.words))
        var result = words(
            "\(bus)，设备 \(request.unit)：向 \(place) 写入 \(list)", "\(bus), unit \(request.unit): write \(list) to \(place)")
        result += sensors(report.sensors, report.covers) + "\n"
        result += shown(report.frames) { $0.writes(request.table, request.address, request.words.count) } + "\n"
        guard let problem = report.problem else {
            return result + Paint.good.apply(to: words("已确认", "Confirmed"), colour: colour)
                + words("，设备 \(request.unit) 应答一致。\n", " by unit \(request.unit).\n")
        }
        let unwritten = words("未写入：", "not written: ")
        let isUnwritten = problem.hasPrefix(unwritten)
        let verdict = isUnwritten ? words("未写入", "Not written") : words("未确认", "Not confirmed")
        let cause = Words.printable(String(problem.dropFirst(isUnwritten ? unwritten.count : 0)))
        return result + Paint.bad.apply(to: verdict, colour: colour) + words("：", ": ") + "\(cause)\n"
    }

    /// The frames below a blank line; a port that cannot be opened has none.
    private func shown(_ frames: [BusFrameRow], isAsked: (ModbusFrame) -> Bool) -> String {
        frames.isEmpty ? "" : "\n" + self.frames(frames, isAsked: isAsked)
    }

    /// What is about to be written, as a question without its mark, and whose unit that is.
    /// - Parameter report: the bus as it is now.
    public func question(_ request: BusWriteRequest, _ report: BusReport) -> String {
        let units = report.buses.filter { $0.id == request.bus }.flatMap(\.units)
        let sensors = units.first { $0.unit == request.unit }?.sensors ?? []
        let covers = report.covers.filter { cover in sensors.contains { $0.hasPrefix(cover.cover + "/") } }
        let places = covers.map { Words.printable(words.title($0.cover, name: $0.coverName, place: $0.place)) }
        return question(request) + (places.isEmpty ? "" : words("，", ", ") + places.joined(separator: words("，", ", ")))
    }

    private func question(_ request: BusWriteRequest) -> String {
        let place = place(request.table, request.address, request.words.count)
        let (bus, list) = (Words.printable(request.bus), Self.shortList(request.words))
        return words(
            "向总线 \(bus) 上设备 \(request.unit) 的 \(place) 写入 \(list)",
            "write \(list) to \(place) of unit \(request.unit) on \(bus)")
    }

    /// Whose unit it is: its sensors, and the covers of these with name and place; nothing when nobody has configured it.
    private func sensors(_ sensors: [String], _ covers: [BusCover]) -> String {
        guard !sensors.isEmpty else { return "" }
        let places = covers.map { "\n  " + Words.printable(words.title($0.cover, name: $0.coverName, place: $0.place)) }
        return "\n" + words("传感器 ", "sensors ") + Words.printable(sensors.joined(separator: " ")) + places.joined()
    }

    private func place(_ table: String, _ address: Int, _ count: Int) -> String {
        let name = Words.printable(table)
        guard count > 1 else { return "\(name) \(address)" }
        let last = address.addingReportingOverflow(count - 1).partialValue
        return words("\(name) \(address) 至 \(last)", "\(name) \(address) to \(last)")
    }

    private static func shortList(_ words: [Int]) -> String { words.map(String.init).joined(separator: " ") }

    /// A row a word; BA is the word with its bytes swapped.
    private func registers(_ registers: [Int], from address: Int) -> Table {
        var table = Table(words(">地址", ">ADDRESS"), "HEX", ">UINT16", ">INT16", ">BCD16", ">BA UINT16", ">BA INT16", ">BA BCD16")
        for (index, word) in registers.enumerated() {
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
        var table = Table(words(">地址", ">ADDRESS"), words("类型", "TYPE"), ">AB CD", ">CD AB", ">BA DC", ">DC BA")
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
        var table = Table(words(">地址", ">ADDRESS"), words("顺序", "ORDER"), ">UINT64", ">INT64", ">FLOAT64")
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
        var table = Table(words(">地址", ">ADDRESS"), ">+0", ">+1", ">+2", ">+3", ">+4", ">+5", ">+6", ">+7", ">+8", ">+9")
        for start in stride(from: 0, to: bits.count, by: 10) {
            let row = (0..<10).map { start + $0 < bits.count ? Table.Cell("\(bits[start + $0])") : "" }
            table.add(
                "\(address + start)", row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9])
        }
        return table.render(colour: false)
    }
}
