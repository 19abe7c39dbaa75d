// What a question about the audit log may ask.
import DiagnosticsProtocol

extension DiagnosticsRouter {
    /// How many records are shown.
    static func last(_ text: String?) throws(DiagnosticsFailure) -> Int {
        guard let text else { return 20 }
        guard let count = Int(text), (1...1000).contains(count) else {
            throw DiagnosticsFailure(.invalid, "last= takes a number from 1 to 1000, found \(text)")
        }
        return count
    }

    /// A record that the caller knows from elsewhere.
    static func known(seq: String?, head: String?) throws(DiagnosticsFailure) -> (seq: Int64?, head: String?) {
        guard seq != nil || head != nil else { return (nil, nil) }
        guard let number = seq.flatMap({ Int64($0) }), number > 0 else {
            throw DiagnosticsFailure(.invalid, "seq= takes the number of a record, and stands with head=")
        }
        let digits = Set("0123456789abcdef")
        guard let head, head.count == 64, head.allSatisfy(digits.contains) else {
            throw DiagnosticsFailure(.invalid, "head= takes 64 lower-case hexadecimal digits, and stands with seq=")
        }
        return (number, head)
    }
}
