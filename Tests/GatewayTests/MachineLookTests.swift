// The machine's memory as the kernel writes it down.
import Testing

@testable import Gateway

@Suite struct MachineLookTests {
    @Test func `total and available memory are read, and nothing is made up`() {
        let memory = MachineLook.memory("MemTotal:        2048 kB\nMemFree:  1 kB\nMemAvailable:    1024 kB\n")
        #expect(memory.total == 2 << 20 && memory.left == 1 << 20)
        #expect(MachineLook.memory("") == (nil, nil))
    }
}
