// Exports as tables: the columns of a lane, text as RFC 4180 wants it, gaps as rows of their own.
import DiagnosticsClient
import Testing

@Suite struct OutboxLinesTests {
    @Test func `readings and gaps become rows of one table`() {
        let lines = OutboxLines(lane: "readings")
        #expect(
            lines.heading.hasPrefix(
                "seq,time,cover,sensor,channel,quantity,unit,value,quality,reason,clock,origin,store,boot,gap_to"))
        #expect(lines.heading.hasSuffix("gap_reason\r\n"))
        let rows = lines.rows(
            """
            {"store":"s","lane":"readings","boot":"b","seq":7,"cover":"C,1","sensor":"x",\
            "channel":"\\"g\\"","value":12.5,"time":"t"}
            {"store":"s","lane":"readings","gap":{"from":8,"to":10,"count":3,"reason":"evicted"}}
            {"store":"s","lane":"readings","boot":"b","seq":11,"value":null,"quality":"bad","time":"t"}

            """)
        let wanted = [
            #"7,t,"C,1",x,"""g""",,,12.5,,,,,s,b,,,"#, "8,,,,,,,,,,,,s,,10,3,evicted", "11,t,,,,,,,bad,,,,s,b,,,",
        ]
        #expect(rows == wanted.map { $0 + "\r\n" }.joined())
    }

    @Test func `a line that is no JSON gives no table`() {
        #expect(OutboxLines(lane: "alarms").rows("{\"seq\":1}\nnonsense\n") == nil)
    }
}
