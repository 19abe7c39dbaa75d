// What the diagnostics server asks the daemon, and how the daemon says no.
import SensorModel
import DiagnosticsProtocol

/// Gives the answers; the daemon implements it, tests script it. Every method may be called by several clients at once.
public protocol DiagnosticsSource: Sendable {
    /// The language of its sentences, unless it was asked for another.
    var language: EntryLanguage { get }
    /// The present moment at simulated sensors, RFC 3339; nil where they are real.
    var simulatedTime: String? { get }
    /// The state of the whole gateway.
    func status() async throws(DiagnosticsFailure) -> StatusReport
    /// The last readings.
    /// - Parameter cover: a cover's code, or nil for all.
    /// - Throws: `notFound` when there is no such cover.
    func sensors(cover: String?) async throws(DiagnosticsFailure) -> SensorReport
    /// Reads a point now.
    /// - Parameter point: `COVER/SENSOR/CHANNEL` as the caller wrote it.
    /// - Throws: `invalid` when it is not a point, `notFound` when the configuration does not have it.
    func read(point: String) async throws(DiagnosticsFailure) -> ReadReport
    /// Alarms that are not normal or closed.
    func alarms() async throws(DiagnosticsFailure) -> AlarmReport
    /// Acknowledges an alarm; the caller's right has been checked.
    /// - Parameters:
    ///   - alarm: the alarm's id as the caller wrote it.
    ///   - actor: who acknowledges, for the record.
    ///   - way: by which way the order came, likewise.
    /// - Throws: `notFound` when there is no such alarm, `conflict` when its state does not allow it.
    func acknowledge(alarm: String, actor: String, via way: AuditEntry.Way) async throws(DiagnosticsFailure) -> AckReply
    /// Closes the case of an alarm that is over; the caller's right has been checked.
    /// - Throws: as `acknowledge`; `invalid` without a note, `unavailable` when it cannot be put on record.
    func close(_ request: CloseRequest, actor: String, via way: AuditEntry.Way) async throws(DiagnosticsFailure) -> CloseReply
    /// Sets an alarm aside for a time; the caller's right has been checked.
    /// - Throws: as `close`; `invalid` for a longer time than is allowed, `conflict` for an alarm about gas or oxygen.
    func shelve(_ request: ShelveRequest, actor: String, via way: AuditEntry.Way) async throws(DiagnosticsFailure) -> ShelveReply
    /// Waits until the orders of people and of the platform that are carried out by now are committed.
    /// - Returns: false when the store does not write: a power cut would undo what is in force.
    func isCommitted() async -> Bool
    /// Crews at work, and sensors under test.
    func maintenance() async throws(DiagnosticsFailure) -> MaintenanceReport
    /// A crew begins to work at a cover; the caller's right has been checked.
    /// - Throws: `notFound` when there is no such cover, `invalid` for a longer time than is allowed or a missing word,
    ///   `unavailable` when it cannot be put on record.
    func startMaintenance(
        _ request: MaintenanceRequest, actor: String, via way: AuditEntry.Way
    ) async throws(DiagnosticsFailure) -> MaintenanceRow
    /// The crew has ended.
    /// - Returns: what was on.
    /// - Throws: `conflict` when none is on there.
    func stopMaintenance(
        _ request: MaintenanceStop, actor: String, via way: AuditEntry.Way
    ) async throws(DiagnosticsFailure) -> MaintenanceRow
    /// Changes the thresholds of a rule; only the platform asks for it.
    /// - Throws: `notFound` when there is no such rule, `invalid` for thresholds it cannot have, `conflict` for looser ones of a
    ///   rule that lives depend on, `unavailable` when it cannot be put on record.
    func setThresholds(
        of rule: String, raise: Double, clear: Double, actor: String
    ) async throws(DiagnosticsFailure) -> ThresholdRow
    /// Has the sensors of a cover read more often for a time; only the platform asks for it.
    /// - Parameter every: a duration as the configuration writes it.
    /// - Throws: `notFound` when there is no such cover, `invalid` for a longer time than is allowed, for a period that reads
    ///   nothing more often, or that a bus cannot keep; `unavailable` when it cannot be put on record.
    func setSampling(
        of cover: String, every: String, seconds: Int, actor: String
    ) async throws(DiagnosticsFailure) -> SamplingRow
    /// The last tests of sensors, oldest first.
    /// - Parameter cover: a cover's code, or nil for all.
    /// - Throws: `notFound` when there is no such cover and nothing is on record of one.
    func calibrations(cover: String?) async throws(DiagnosticsFailure) -> CalibrationReport
    /// When each gas sensor has to be tested again.
    /// - Parameter cover: a cover's code, or nil for all.
    /// - Throws: `notFound` when there is no such cover.
    func calibrationDue(cover: String?) async throws(DiagnosticsFailure) -> CalibrationDueReport
    /// Somebody gives a sensor test gas, or calibrates it; the caller's right has been checked.
    /// - Throws: `notFound` when there is no such point, `conflict` when a test is on there, `invalid` for a longer time than is
    ///   allowed or a missing word, `unavailable` when it cannot be put on record.
    func startCalibration(_ request: CalibrationRequest, actor: String) async throws(DiagnosticsFailure) -> SensorTestRow
    /// The test is over.
    /// - Throws: `conflict` when none is on there, or when it shall have passed without a reading; `invalid` for another unit.
    func stopCalibration(_ request: CalibrationStop, actor: String) async throws(DiagnosticsFailure) -> CalibrationRow
    /// What the fixed sensors let one say before somebody enters.
    /// - Parameters:
    ///   - cover: the cover's code as the caller wrote it.
    ///   - language: `zh` or `en`, or nil for the gateway's own.
    /// - Throws: `notFound` when there is no such cover, `invalid` when there is no such language.
    func entryAdvice(cover: String, language: String?) async throws(DiagnosticsFailure) -> EntryAdviceReport
    /// Everything that is wrong, with its remedies.
    /// - Parameter language: `zh` or `en`, or nil for the gateway's own.
    /// - Throws: `invalid` when there is no such language.
    func doctor(language: String?) async throws(DiagnosticsFailure) -> DoctorReport
    /// A page of an export of the outbox; the export is put on record before its first one.
    /// - Throws: `invalid` when it cannot be understood, `notFound` when it is not under way, `unavailable` when it cannot be put
    ///   on record or the store cannot be read.
    func exportOutbox(_ request: OutboxExportRequest, actor: String) async throws(DiagnosticsFailure) -> OutboxExportPage
    /// Checks a part of a lane of the outbox.
    /// - Throws: `invalid` when there is no such lane.
    func verifyOutbox(lane: String, after: Int64) async throws(DiagnosticsFailure) -> OutboxVerification
    /// Traffic of the buses.
    /// - Parameter bus: a bus's id, or nil for all.
    /// - Throws: `notFound` when there is no such bus.
    func buses(bus: String?) async throws(DiagnosticsFailure) -> BusReport
    /// The last frames of a bus.
    /// - Parameter after: only frames with higher numbers.
    /// - Throws: `notFound` when there is no such bus, `invalid` when it has no frames.
    func trace(bus: String, after: UInt64) async throws(DiagnosticsFailure) -> BusTraceReport
    /// Makes one read transaction, between two of the polls.
    /// - Throws: `notFound` when there is no such bus, `invalid` when it cannot be asked that.
    func read(_ request: BusReadRequest) async throws(DiagnosticsFailure) -> BusReadReport
    /// Makes one write transaction; the caller's right has been checked. It is put on record before it is made.
    /// - Throws: as `read`; `unavailable` when it cannot be put on record.
    func write(_ request: BusWriteRequest, actor: String) async throws(DiagnosticsFailure) -> BusWriteReport
    /// Begins to look for devices; the caller's right has been checked.
    /// - Throws: `notFound` when there is no such bus, `invalid` when it has no units, `conflict` when it cannot be now.
    func startScan(_ request: BusScanRequest, actor: String) async throws(DiagnosticsFailure) -> BusScanReport
    /// How far the scan is, or how the last one ended.
    /// - Throws: `notFound` when there is no such bus or was no scan.
    func scan(bus: String) async throws(DiagnosticsFailure) -> BusScanReport
    /// Ends the scan.
    /// - Throws: as `scan`.
    func stopScan(bus: String, actor: String) async throws(DiagnosticsFailure) -> BusScanReport
    /// Makes the way in which a cover lies now the zero of its tilts; the caller's right has been checked.
    /// - Throws: `notFound` when there is no such sensor, `invalid` when it tells no tilt, `conflict` when it does not rest,
    ///   `unavailable` when the zero cannot be kept.
    func setZero(_ request: CommissionZeroRequest, actor: String) async throws(DiagnosticsFailure) -> CommissionZeroReport
    /// Which device sat where.
    /// - Parameter cover: a cover's code, or nil for all.
    /// - Throws: `notFound` when there is and was no such cover.
    func bindings(cover: String?) async throws(DiagnosticsFailure) -> BindingReport
    /// A cover, its sensors, the words beside their values, and what is still to be done.
    /// - Throws: `notFound` when there is no such cover.
    func commissioned(cover: String) async throws(DiagnosticsFailure) -> CommissionReport
    /// Begins a function test of a point; the caller's right has been checked.
    /// - Throws: `notFound` when there is no such point, `invalid` for another expectation or time, `conflict` when the point has
    ///   no value to begin with.
    func startTest(_ request: FunctionTestRequest, actor: String) async throws(DiagnosticsFailure) -> FunctionTestReport
    /// Reads the point of a function test once.
    /// - Throws: `notFound` when none was begun.
    func stepTest(_ request: FunctionTestStep) async throws(DiagnosticsFailure) -> FunctionTestReport
    /// Keeps what a person confirms of a function test.
    /// - Throws: `notFound` when none was begun, `conflict` while it goes on or when what did not move shall have passed,
    ///   `unavailable` when it cannot be kept.
    func confirmTest(_ request: FunctionTestConfirmation, actor: String) async throws(DiagnosticsFailure) -> FunctionTestReport
    /// Makes the report of a cover's commissioning; the caller's right has been checked.
    /// - Returns: a `CommissionDocument` as JSON, of which the bytes of `report` are signed.
    /// - Throws: `notFound` when there is no such cover, `unavailable` when it cannot be signed or put on record.
    func document(_ order: CommissionOrder, actor: String) async throws(DiagnosticsFailure) -> [UInt8]
    /// The digital lines of every chip in the configuration.
    func gpio() async throws(DiagnosticsFailure) -> GPIOReport
    /// What the outbox holds.
    func outbox() async throws(DiagnosticsFailure) -> OutboxReport
    /// How the uplinks do.
    func uplinks() async throws(DiagnosticsFailure) -> UplinkReport
    /// What is in force, defaults included.
    func configuration() async throws(DiagnosticsFailure) -> ConfigurationReport
    /// The last records of the audit log, oldest first.
    /// - Throws: `unavailable` when it cannot be read.
    func audit(last: Int) async throws(DiagnosticsFailure) -> AuditReport
    /// Reads the audit log anew and checks its chain.
    /// - Parameters:
    ///   - seq: the number of a record that is known elsewhere, with its hash `head`; nil for none.
    /// - Throws: `invalid` when that record is not kept any more, `unavailable` when the log cannot be read.
    func verifyAudit(seq: Int64?, head: String?) async throws(DiagnosticsFailure) -> AuditVerification
    /// The steps of alarms in a month, oldest first.
    /// - Parameters:
    ///   - month: like `2026-11`, in UTC; nil for the present one.
    ///   - cover: only at this cover.
    ///   - rule: only of this rule.
    /// - Throws: `invalid` for what is no month.
    func alarmHistory(month: String?, cover: String?, rule: String?) async throws(DiagnosticsFailure) -> AlarmHistoryReport
    /// A month of alarms in figures.
    /// - Throws: as `alarmHistory`.
    func alarmFigures(month: String?) async throws(DiagnosticsFailure) -> AlarmFiguresReport
    /// Hands out what is known of an alarm, and puts that on record.
    /// - Parameters: as of `acknowledge`.
    /// - Throws: `notFound` when nothing is known of such an alarm, `unavailable` when it cannot be put on record.
    func evidence(alarm: String, actor: String, via way: AuditEntry.Way) async throws(DiagnosticsFailure) -> EvidenceReport
    /// Looks over a text as if it were the configuration's file.
    /// - Parameters:
    ///   - name: what the caller calls it, for messages.
    ///   - peer: who asks: nothing is said of files that they may not read.
    func checkConfiguration(
        _ text: [UInt8], name: String, peer: PeerIdentity
    ) async throws(DiagnosticsFailure) -> ConfigurationApplyReport
    /// Puts a configuration on trial; the caller's right has been checked. It takes effect after `answered`.
    /// - Parameter before: the hash that the caller takes for the one in force; nil when they do not say.
    /// - Throws: `conflict` while another one is on trial or something else is in force, `notAllowed` when it names files for the
    ///   first time that the caller may not read, `configuration` for what cannot be changed, `unavailable` when it cannot be
    ///   written or put on record.
    func applyConfiguration(
        _ text: [UInt8], name: String, before: String?, peer: PeerIdentity
    ) async throws(DiagnosticsFailure) -> ConfigurationApplyReport
    /// Puts a configuration of the platform on trial, as far as a command may change it. It takes effect after `answered`.
    /// - Parameters:
    ///   - hash: `sha256:…` of the text, as whoever sent it has it.
    ///   - order: who has the answer when the trial is over.
    /// - Returns: the trial, or that it is in force already.
    /// - Throws: as `applyConfiguration`; `configuration` with its errors too, `invalid` for another hash, `conflict` for what is
    ///   changed at the gateway only.
    func applyConfiguration(
        _ text: [UInt8], hash: String, order: ConfigurationOrder
    ) async throws(DiagnosticsFailure) -> ConfigurationApplyReport
    /// The trial that runs, or how the last one of this process ended.
    func configurationTrial() async throws(DiagnosticsFailure) -> ConfigurationApplyReport
    /// What a rollback would change; the trial, while one runs.
    /// - Throws: `notFound` when nothing is known of an earlier configuration.
    func previousConfiguration(peer: PeerIdentity) async throws(DiagnosticsFailure) -> ConfigurationApplyReport
    /// Ends the trial that runs, or puts the previous configuration on trial; the caller's right has been checked.
    /// - Throws: as `previousConfiguration` and `applyConfiguration`.
    func rollBackConfiguration(before: String?, peer: PeerIdentity) async throws(DiagnosticsFailure) -> ConfigurationApplyReport
    /// Somebody who changes the configuration has their answer: it may take effect.
    func answered() async
    /// Somebody was refused: for want of the right, or a change that cannot be made. To be put on record.
    /// - Parameters:
    ///   - request: method and path, and why.
    ///   - actor: who asked.
    func refused(_ request: String, actor: String) async
    /// All figures in Prometheus text; parts that do not answer are left out of it, and it says so.
    func metrics() async -> String
}

/// Why the daemon does not answer a request.
public struct DiagnosticsFailure: Error, Sendable, Equatable {
    /// What kind of no.
    public enum Kind: Sendable {
        /// The request's content makes no sense.
        case invalid
        /// There is nothing of that name.
        case notFound
        /// The caller may not.
        case notAllowed
        /// Not in the present state.
        case conflict
        /// The configuration does not allow it.
        case configuration
        /// The part that would answer is not running.
        case unavailable
    }

    /// What kind of no.
    public var kind: Kind
    /// What is wrong, where, and what to do; which language the caller reads is known where it is sent.
    public var message: Bilingual

    /// - Parameters: as the properties.
    public init(_ kind: Kind, _ message: Bilingual) {
        self.kind = kind
        self.message = message
    }

    /// - Parameters:
    ///   - kind: what kind of no.
    ///   - zh: the message in Chinese.
    ///   - en: the message in English.
    public init(_ kind: Kind, zh: String, en: String) { self.init(kind, Bilingual(zh: zh, en: en)) }

    var code: ErrorCode {
        switch kind {
        case .invalid: .badRequest
        case .notFound: .notFound
        case .notAllowed: .notAllowed
        case .conflict: .conflict
        case .configuration: .configuration
        case .unavailable: .unavailable
        }
    }
}
