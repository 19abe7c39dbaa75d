// Whom a scan names: every shipped model that requires something, found by it on a device made from the file itself.
import DeviceHAL
import GatewayConfig
import SensorModel
import Testing

@Suite struct ScanNamingTests {
    private static let unit: UInt8 = 7
    private static let installed = InstalledProfiles(folders: ["\(SensorModelFiles.repository)/boards/profiles"])
    private static let named = installed.profiles.filter { !$0.requirements.isEmpty }.map(\.name)
    /// What these require is a small number or the unit's own address, which many devices have somewhere.
    private static let faint: Set = [
        "aquaread-leveline", "msa-ultima-x3-combustible", "qdy30a-map-b", "waveshare-modbus-rtu-io-8ch", "xy-md02",
    ]

    private typealias Image = [RegisterPlace: UInt16]

    /// Just what the profile requires, and nothing else.
    private static func image(of profile: DeviceProfile) -> Image {
        var image: Image = [:]
        for check in profile.requirements.filter({ !$0.isRefused }).flatMap(\.checks) {
            switch check.expectation {
            case .equals(let word, _): image[check.place] = word
            case .unitAddress: image[check.place] = UInt16(unit)
            case .within(let range): image[check.place] = range.lowerBound
            case .text(let text):
                let bytes = Array(text.utf8) + [0, 0]
                for register in 0..<check.registers {
                    let high = register * 2 < text.utf8.count ? bytes[register * 2] : 0
                    let low = register * 2 + 1 < text.utf8.count ? bytes[register * 2 + 1] : 0
                    let place = RegisterPlace(table: check.place.table, address: check.place.address + UInt16(register))
                    image[place] = UInt16(high) << 8 | UInt16(low)
                }
            }
        }
        return image
    }

    /// - Returns: the naming, and how many reads it took.
    private static func name(
        _ image: Image, silent: Bool = false, others: UInt16? = nil
    ) -> (naming: ScanNaming, reads: [ReadPlan.Block]) {
        var naming = ScanNaming(unit: unit, profiles: installed.profiles)
        var reads: [ReadPlan.Block] = []
        while let read = naming.next(), reads.count < 1000 {
            reads.append(read)
            let words = (0..<read.count).compactMap {
                image[RegisterPlace(table: read.table, address: read.address + $0)] ?? others
            }
            let kind: BusError.Kind = silent ? .timeout : .exception(code: 2)
            let outcome: SensorEdge.Outcome =
                words.count == Int(read.count)
                ? .success(RegisterReply(words: words)) : .failure(BusError(kind: kind, bus: "b", unit: unit, detail: "no"))
            naming.take(outcome, for: read)
        }
        return (naming, reads)
    }

    @Test func `all shipped models can be read, and many of them can be named`() {
        #expect(Self.installed.broken.isEmpty)
        #expect(Self.installed.profiles.map(\.name) == SensorModelFiles.names)
        #expect(Self.named.count >= 10)
    }

    @Test(arguments: named)
    func `a device that has what a model requires is named, first of all`(model: String) throws {
        let profile = try #require(Self.installed.profiles.first { $0.name == model })
        let (naming, reads) = Self.name(Self.image(of: profile))
        let isFaint = Self.faint.contains(model)
        #expect(naming.matches.map(\.profile).contains(model) == !isFaint, "\(naming.matches)")
        #expect(naming.unlikely.contains(model) == isFaint)
        #expect(naming.matches.first { $0.profile == model }?.objection == nil)
        #expect(Set(reads).count == reads.count, "nothing is read twice")
        #expect(reads.count <= 20, "\(reads)")
    }

    @Test func `a head that is set to another unit is named, and what is set is said`() throws {
        let profile = try #require(Self.installed.profiles.first { $0.name == "honeywell-sensepoint-xcd" })
        var image = Self.image(of: profile)
        image[RegisterPlace(table: .holding, address: 10)] = 2
        let match = try #require(Self.name(image).naming.matches.first)
        #expect(match.profile == "honeywell-sensepoint-xcd")
        #expect(match.objection?.contains("holding 10 reads 0x0002") == true)
    }

    @Test func `weak evidence does not stand beside strong one`() throws {
        let profile = try #require(Self.installed.profiles.first { $0.name == "honeywell-sensepoint-xcd" })
        var image = Self.image(of: profile)
        for address in UInt16(0)...16 {
            let place = RegisterPlace(table: .holding, address: address)
            image[place] = image[place] ?? 1
        }
        let naming = Self.name(image).naming
        #expect(naming.matches.map(\.profile) == ["honeywell-sensepoint-xcd"])
        #expect(naming.unlikely == ["qdy30a-map-b"])
    }

    @Test(arguments: [UInt16(0), 1, 7]) func `registers that all hold a small number name nobody`(word: UInt16) {
        let naming = Self.name([:], others: word).naming
        #expect(naming.matches.isEmpty, "\(naming.matches)")
        #expect(naming.unlikely.contains("qdy30a-map-b"), "what fits is said all the same")
    }

    @Test func `a device that meets no requirement is not named, whatever fits everything`() {
        let (naming, reads) = Self.name([:])
        #expect(naming.matches.isEmpty && !naming.wasGivenUp)
        #expect(!reads.isEmpty && reads.count <= Self.named.count)
    }

    @Test func `a device that falls silent is given up before it costs minutes`() {
        let (naming, reads) = Self.name([:], silent: true)
        #expect(naming.wasGivenUp && reads.count == ScanNaming.mostSilences)
    }
}
