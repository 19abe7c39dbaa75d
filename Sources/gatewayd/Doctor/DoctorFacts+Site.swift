// What the doctor has to know of covers and of the machine.
import SensorModel

extension DoctorFacts {
    /// A cover of the configuration.
    public struct Cover: Sendable, Equatable {
        /// Code, name and place.
        public var label: DoctorCover
        /// Why it is watched.
        public var risk: [String]
        /// Its sensors.
        public var sensors: [Sensor]
        /// How many steps of its commissioning are still to be done.
        public var openSteps: Int

        /// - Parameters: as the properties.
        public init(label: DoctorCover, risk: [String] = [], sensors: [Sensor] = [], openSteps: Int = 0) {
            self.label = label
            self.risk = risk
            self.sensors = sensors
            self.openSteps = openSteps
        }
    }

    /// A sensor of a cover.
    public struct Sensor: Sendable, Equatable {
        /// Its id.
        public var id: String
        /// What it measures.
        public var quantities: [Quantity]
        /// Whether the configuration names its serial number; true for a bare contact, which has none.
        public var hasSerial: Bool
        /// The sensor model, and whether it has met the device; nil for a bare contact.
        public var profile: String?, isVerified: Bool
        /// Whether a tilt is measured from the vertical for want of a zero.
        public var lacksZero: Bool
        /// Why a zero that was set does not count.
        public var voidZero: Bilingual?
        /// Channels of a gas of which no passed test is on record.
        public var neverTested: [String]

        /// - Parameters: as the properties.
        public init(
            id: String, quantities: [Quantity], hasSerial: Bool = true, profile: String? = nil, isVerified: Bool = true,
            lacksZero: Bool = false, voidZero: Bilingual? = nil, neverTested: [String] = []
        ) {
            self.id = id
            self.quantities = quantities
            self.hasSerial = hasSerial
            self.profile = profile
            self.isVerified = isVerified
            self.lacksZero = lacksZero
            self.voidZero = voidZero
            self.neverTested = neverTested
        }
    }

    /// The machine, as far as it can be asked: nil is not known.
    public struct Machine: Sendable, Equatable {
        /// Folder of the store.
        public var store = ""
        /// Bytes left on the store's medium for the daemon.
        public var freeBytes: Int64?
        /// Damaged files that were set aside in the store's folder.
        public var setAside: [String] = []
        /// Bytes the daemon takes, and may take.
        public var residentBytes: Int64?, memoryLimit: Int64?
        /// Bytes of the machine's memory, and what is left of them.
        public var memoryTotal: Int64?, memoryLeft: Int64?
        /// Open descriptors, and their limit.
        public var descriptors: Int?, mostDescriptors: Int?
        /// Groups that the local interface goes by and the system does not have.
        public var missingGroups: [String] = []
        /// The uplinks' certificates.
        public var certificates: [Certificate] = []

        /// Nothing is known.
        public init() {}
    }

    /// A file with a certificate.
    public struct Certificate: Sendable, Equatable {
        /// The uplink's id, and the file.
        public var uplink: String, file: String
        /// Seconds until it expires, below 0 when it has; nil when it cannot be read.
        public var left: Double?

        /// - Parameters: as the properties.
        public init(uplink: String, file: String, left: Double?) {
            self.uplink = uplink
            self.file = file
            self.left = left
        }
    }
}
