// How much it says that a device meets a requirement: a register that holds 0 or 1 is common, an identifier is not. Pure.
import SensorModel

extension DeviceProfile.Requirement {
    /// About so many bits of evidence. A rule of thumb for telling models apart, nothing more: small numbers are what most
    /// registers hold, and a unit's own address is a small number too.
    var evidence: Double {
        guard !isRefused else { return 0 }
        return checks.reduce(0) { $0 + $1.expectation.evidence }
    }
}

extension DeviceProfile.IdentityCheck.Expectation {
    private static let small: UInt16 = 16

    fileprivate var evidence: Double {
        switch self {
        case .equals(0, _): 1
        case .equals(let word, _) where word < Self.small: 4
        case .equals(_, let mask): Double(mask.nonzeroBitCount)
        case .unitAddress: 6
        case .within(let range) where range.lowerBound < Self.small: 2
        case .within(let range): Double((range.upperBound - range.lowerBound).leadingZeroBitCount)
        case .text(let text): Double(text.utf8.count) * 6
        }
    }
}
