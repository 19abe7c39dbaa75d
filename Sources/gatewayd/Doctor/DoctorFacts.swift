// What the doctor judges: the reports that the technician sees, and what is known beside them.
import DiagnosticsProtocol
import SensorModel

/// The facts. A part that could not be asked is nil or empty, and is said by `status`.
public struct DoctorFacts: Sendable {
    /// The gateway as a whole; what the doctor says never contradicts it.
    public var status: StatusReport
    /// The configuration that was tried last and is not in force; nil when there is none.
    public var untaken: Untaken?
    /// What a clock shows that the kernel calls synchronised, and the later time that was seen before; nil where it is not so.
    public var contradiction: (shown: String, seen: String)?
    /// The last reading of each point.
    public var sensors: [SensorRow] = []
    /// Traffic and faults of the buses.
    public var buses: [BusRow] = []
    /// The buses that are asked for more than they can do.
    public var overloads: [Overload] = []
    /// Chips with their outputs.
    public var chips: [ChipRow] = []
    /// What the outbox holds; empty when it cannot be asked.
    public var lanes: [OutboxReport.Lane] = []
    /// Why the store cannot be asked; nil when it can.
    public var storeProblem: Bilingual?
    /// Why records are kept in memory only, by lane; empty when they are written.
    public var storeFailures: [Bilingual] = []
    /// How the uplinks do.
    public var uplinks: [UplinkRow] = []
    /// Alarms that are not normal.
    public var alarms: [Alarm] = []
    /// Crews at work, and tests with gas.
    public var people: [Work] = []
    /// The audit log.
    public var audit = Audit()
    /// The configuration's covers.
    public var covers: [Cover] = []
    /// Rules that nothing gives data for.
    public var rulesWithoutData: [String] = []
    /// Points that are read too rarely for some rules.
    public var tooRare: [TooRare] = []
    /// What is wrong with the record of commissioning as a whole.
    public var commissionProblems: [Bilingual] = []
    /// The machine.
    public var machine = Machine()

    /// - Parameter status: the only part that there is always.
    public init(status: StatusReport) { self.status = status }

    /// A configuration that did not prove itself.
    public struct Untaken: Sendable, Equatable {
        /// What went wrong.
        public var why: Bilingual
        /// The file that holds it.
        public var keptAt: String

        /// - Parameters: as the properties.
        public init(why: Bilingual, keptAt: String) {
            self.why = why
            self.keptAt = keptAt
        }
    }

    /// A bus that leaves polls out.
    public struct Overload: Sendable, Equatable {
        /// The bus's id, and how many of how many polls were left out lately.
        public var bus: String, missed: Int, of: Int

        /// - Parameters: as the properties.
        public init(bus: String, missed: Int, of: Int) {
            self.bus = bus
            self.missed = missed
            self.of = of
        }
    }

    /// An alarm, and for how long it has been in its state.
    public struct Alarm: Sendable, Equatable {
        /// As `alarms list` shows it.
        public var row: AlarmRow
        /// Since the last change of its state.
        public var seconds: Double
        /// Who has shelved it and why.
        public var shelvedBy: String?
        /// How long it stays shelved.
        public var shelvedFor: Double?

        /// - Parameters: as the properties.
        public init(row: AlarmRow, seconds: Double, shelvedBy: String? = nil, shelvedFor: Double? = nil) {
            self.row = row
            self.seconds = seconds
            self.shelvedBy = shelvedBy
            self.shelvedFor = shelvedFor
        }
    }

    /// What a person has switched on.
    public struct Work: Sendable, Equatable {
        /// The cover's code, or the point under test.
        public var place: String
        /// Whether it is a test of a sensor.
        public var isTest: Bool
        /// Who, with what order.
        public var by: String
        /// Since when, and how much longer.
        public var seconds: Double, left: Double

        /// - Parameters: as the properties.
        public init(place: String, isTest: Bool, by: String, seconds: Double, left: Double) {
            self.place = place
            self.isTest = isTest
            self.by = by
            self.seconds = seconds
            self.left = left
        }
    }

    /// How the audit log is.
    public struct Audit: Sendable, Equatable {
        /// Why it cannot be written.
        public var unwritable: String?
        /// The first record that is not what was written, and in what way.
        public var brokenAt: Int64?, fault: Bilingual?

        /// - Parameters: as the properties.
        public init(unwritable: String? = nil, brokenAt: Int64? = nil, fault: Bilingual? = nil) {
            self.unwritable = unwritable
            self.brokenAt = brokenAt
            self.fault = fault
        }
    }

    /// A point that is read too rarely for rules.
    public struct TooRare: Sendable, Equatable {
        /// The point, and the rules.
        public var point: String, rules: [String]
        /// The shortest event of the rules, and how often it is read, in seconds.
        public var event: Double, period: Double

        /// - Parameters: as the properties.
        public init(point: String, rules: [String], event: Double, period: Double) {
            self.point = point
            self.rules = rules
            self.event = event
            self.period = period
        }
    }
}
