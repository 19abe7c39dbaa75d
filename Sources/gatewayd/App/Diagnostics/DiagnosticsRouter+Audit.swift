// What a question about the audit log may ask.
import DiagnosticsProtocol

extension DiagnosticsRouter {
    /// How many records are shown.
    static func last(_ text: String?) throws(DiagnosticsFailure) -> Int {
        guard let text else { return 20 }
        guard let count = Int(text), (1...1000).contains(count) else {
            throw DiagnosticsFailure(
                .invalid, zh: "last= 为 1 至 1000 的数，实为 \(text)", en: "last= takes a number from 1 to 1000, found \(text)")
        }
        return count
    }

    /// A record that the caller knows from elsewhere.
    static func known(seq: String?, head: String?) throws(DiagnosticsFailure) -> (seq: Int64?, head: String?) {
        guard seq != nil || head != nil else { return (nil, nil) }
        guard let number = seq.flatMap({ Int64($0) }), number > 0 else {
            throw DiagnosticsFailure(
                .invalid, zh: "seq= 为记录序号，须与 head= 同时给出", en: "seq= takes the number of a record, and stands with head=")
        }
        let digits = Set("0123456789abcdef")
        guard let head, head.count == 64, head.allSatisfy(digits.contains) else {
            throw DiagnosticsFailure(
                .invalid, zh: "head= 为 64 位小写十六进制数字，须与 seq= 同时给出",
                en: "head= takes 64 lower-case hexadecimal digits, and stands with seq=")
        }
        return (number, head)
    }
}
