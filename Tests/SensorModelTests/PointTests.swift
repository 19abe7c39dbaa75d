// Addresses of readings, and what stands in a lane.
import SensorModel
import Testing

@Suite struct PointTests {
    @Test("a point is read as it is written")
    func roundTrip() throws {
        let point = try #require(Point("3205820102048188/ch4/gas"))
        #expect(point == Point(cover: "3205820102048188", sensor: "ch4", channel: "gas"))
        #expect(point.description == "3205820102048188/ch4/gas")
    }

    @Test(
        "what is not three non-empty parts is no point",
        arguments: ["", "a", "a/b", "a/b/", "/b/c", "a//c", "a/b/c/d", "a/b/c/", "/a/b/c", "//", "///"])
    func refused(text: String) {
        #expect(Point(text) == nil)
    }

    @Test("a lane's element knows the first and the last number it stands for")
    func elements() {
        let record = LaneElement.record(seq: 7, body: [])
        #expect(record.first == 7 && record.last == 7)
        let gap = LaneElement.gap(Gap(from: 3, to: 9, count: 5, reason: .evicted))
        #expect(gap.first == 3 && gap.last == 9)
    }
}
