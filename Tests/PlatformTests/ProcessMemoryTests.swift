// Memory that is given back must be what the file still has: code that the dynamic linker wrote into stays.
import CPlatform
import Testing

@Suite struct ProcessMemoryTests {
    /// Tags of a dynamic section (System V ABI, chapter 5, "Dynamic Section").
    private enum Tag {
        static let needed: UInt = 1, symbolic: UInt = 16, textRelocations: UInt = 22, flags: UInt = 30
    }

    private func wasWritten(_ entries: [(UInt, UInt)]) -> Bool {
        cplatform_code_was_written(entries.flatMap { [$0.0, $0.1] } + [0, 0, Tag.textRelocations, 0]) != 0
    }

    @Test func `code with relocations in it is known by either mark, and other code has none`() {
        let marked: [[(UInt, UInt)]] = [[(Tag.needed, 1), (Tag.textRelocations, 0)], [(Tag.needed, 1), (Tag.flags, 0xC)]]
        for section in marked { #expect(wasWritten(section)) }
        let others: [[(UInt, UInt)]] = [[(Tag.needed, Tag.textRelocations), (Tag.symbolic, 4), (Tag.flags, 0x8)], []]
        for section in others { #expect(!wasWritten(section)) }
    }
}
