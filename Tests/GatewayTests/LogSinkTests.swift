// Log lines into a pipe whose reader stalls: the writer must not.
import Glibc
import Testing

@testable import Gateway

@Suite struct LogSinkTests {
    @Test("a reader that stalls costs lines, which are counted, and never the writer's time")
    func stalledReader() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let sink = LogSink(descriptor: ends[1])
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 999) + [UInt8(ascii: "\n")]
        // A blocking write would hang here for ever: the pipe holds 64 kB and nobody reads.
        for _ in 0..<200 { sink.write(line) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        let before = read(ends[0], &buffer, buffer.count)
        let written = before / 1000
        #expect(written > 0 && written < 200)
        sink.write(Array("back\n".utf8))
        let after = read(ends[0], &buffer, buffer.count)
        #expect(
            String(decoding: buffer[..<max(0, after)], as: UTF8.self)
                == "\(200 - written) log lines dropped: nobody read them in time\nback\n")
    }

    @Test("a line that is too long for one write is cut, and still ends")
    func longLine() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        LogSink(descriptor: ends[1]).write([UInt8](repeating: UInt8(ascii: "y"), count: 10_000))
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(ends[0], &buffer, buffer.count)
        #expect(count == 4096 && buffer[4095] == UInt8(ascii: "\n"))
    }
}
