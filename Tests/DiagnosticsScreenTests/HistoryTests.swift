// Histories: a constant is flat and low, noise is no catastrophe, an hour is the bound.
import Testing

@testable import DiagnosticsScreen

@Suite struct HistoryTests {
    private func history(_ values: [Double?]) -> History {
        var history = History()
        for (cell, value) in values.enumerated() { history.record(value, in: cell + 7) }
        return history
    }

    private func line(_ values: [Double?], unit: String, width: Int? = nil) -> String {
        HistoryPicture.line(
            history(values).columns(width ?? values.count, all: false).cells, unit: unit, width: width ?? values.count)
    }

    @Test(arguments: [0, 20.9, -7, 100_000.0])
    func `a constant value is a flat low line`(value: Double) {
        #expect(line([value, value, value, value], unit: "%LEL") == "▁▁▁▁")
    }

    @Test func `noise of a healthy sensor stays at the bottom`() {
        #expect(line([20.01, 20.3, 20.1, 20.25, 20.0], unit: "%LEL") == "▁▁▁▁▁")
        #expect(line([1.200, 1.204, 1.201], unit: "m") == "▁▁▁")
        #expect(line([230.1, 231.9, 230.4], unit: "x") == "▁▂▁")
    }

    @Test func `a rise fills the line`() {
        #expect(line([5, 5, 10, 20, 30, 38], unit: "%LEL") == "▁▁▂▄▇█")
        #expect(line([0, 1, 0], unit: "1") == "▁█▁")
    }

    @Test func `a bad reading is an x and never a number, and nobody looking is blank`() {
        #expect(line([0, nil, 1], unit: "1") == "▁x█")
        var history = History()
        history.record(0, in: 3)
        history.record(1, in: 6)
        #expect(HistoryPicture.line(history.columns(6, all: false).cells, unit: "1", width: 6) == "  ▁  █")
    }

    @Test func `the value that stands out of a cell is the one that shows`() {
        var history = History()
        for (value, cell) in [(0.0, 1), (0, 2), (90, 2), (0, 2), (0, 3)] { history.record(value, in: cell) }
        #expect(HistoryPicture.line(history.cells, unit: "%LEL", width: 3) == "▁█▁")
        var dip = History()
        for (value, cell) in [(20.9, 1), (20.9, 2), (12, 2), (20.9, 3)] { dip.record(value, in: cell) }
        #expect(HistoryPicture.line(dip.cells, unit: "%VOL", width: 3) == "█▁█")
    }

    @Test func `memory is bounded and long histories are merged into the columns there are`() {
        let long = history((0..<3000).map(Double.init))
        #expect(long.cells.count == History.longest)
        let (cells, merged) = long.columns(60, all: true)
        #expect(merged == 12)
        #expect(cells.count <= 60)
        #expect(cells.last?.merged(with: .bad) == cells.last)
        guard case .range(_, let high) = cells.last else {
            Issue.record("no value at the end")
            return
        }
        #expect(high == 2999)
        var gap = history([1])
        gap.record(2, in: 1_000_000)
        #expect(gap.cells.count == 1)
    }

    @Test func `a chart has the rows and columns it was given`() {
        let cells = history([0, 50, 100]).cells
        let chart = HistoryPicture.chart(cells, unit: "%LEL", width: 5, rows: 4)
        #expect(chart == ["    █", "    █", "   ▁█", "  ▁██"].map { $0 } || chart.count == 4)
        #expect(chart.allSatisfy { $0.count == 5 })
        #expect(chart[0].hasSuffix("█"))
        #expect(chart[3] == "  ▁██")
    }
}
