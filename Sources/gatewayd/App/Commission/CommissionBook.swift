// The keeper of commissioning.json: reads it at the start, replaces it whole at each change, on a thread that may wait.
import DeviceHAL
import FoundationEssentials
import GatewayConfig
import Glibc
import Platform
import SensorModel

/// What is known since commissioning, durably.
actor CommissionBook {
    /// The change was not made: the file could not be written, with this errno.
    struct WriteFailure: Error, Sendable, Equatable {
        var code: Int32
    }

    private let path: String
    private let covers: [CoverSettings]
    private let clock: any TimeSource
    private let executor: any SerialExecutor
    private(set) var content = CommissionContent()
    /// Why bindings of this start are not on record; nil when they are.
    private var bindingProblem: Bilingual?
    /// The errno of a medium that cannot be read: then what stands on it is not known, and must not be written over.
    private var unread: Int32?

    /// The thread that waits for the medium.
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - folder: of the store.
    ///   - covers: of the configuration in force.
    init(folder: String, covers: [CoverSettings], executor: any SerialExecutor, clock: any TimeSource) {
        path = folder + "/commissioning.json"
        self.covers = covers
        self.executor = executor
        self.clock = clock
    }

    /// Where a damaged file is set aside.
    private var aside: String { path + ".damaged" }

    /// Reads the file and puts the devices of this start on record.
    /// - Returns: what a person should know, for the log.
    func open() -> [String] {
        var news: [String] = []
        if access(path, F_OK) == 0 {
            do throws(ReadFailure) { content = try Self.read(path) } catch {
                switch error {
                case .medium(let code):
                    unread = code
                    return problems.map(\.en)
                case .damaged:
                    let moved = rename(path, aside) == 0 ? "set aside as \(aside)" : "and could not be set aside"
                    news.append("\(path) was damaged, \(moved): tilts are measured from the vertical until commissioned anew")
                }
            }
        }
        var fresh = content
        fresh.bindings = DeviceBinding.history(content.bindings, with: covers, at: clock.now())
        do throws(WriteFailure) { try keep(fresh) } catch {
            let cause = String(cString: strerror(error.code))
            bindingProblem = Bilingual(
                zh: "commissioning.json 无法写入（\(cause)）：各处安装的设备没有记录；请腾出空间或修复存储目录，然后重启",
                en: "commissioning.json cannot be written (\(cause)): which devices sit where is not on record; "
                    + "make room or mend the store's folder, then restart")
        }
        return news + problems.map(\.en)
    }

    /// What is in use of the zeros.
    var use: TiltZeroUse { TiltZeroUse(content, covers: covers) }

    /// One sentence each, for `status`.
    var problems: [Bilingual] {
        if let unread { return [Self.words(unread: unread)] }
        let use = self.use
        var problems = use.problems
        if !use.without.isEmpty, access(aside, F_OK) == 0 {
            let places = use.without.map(\.description).joined(separator: ", ")
            problems.append(
                Bilingual(
                    zh: "commissioning.json 已损坏（保存为 \(aside)）：重新调试之前，\(places) 的倾角从铅垂线起算："
                        + "gatewayctl commission zero 井盖/传感器",
                    en: "commissioning.json was damaged (kept as \(aside)): the tilts of \(places) are measured from the "
                        + "vertical until commissioned anew: gatewayctl commission zero COVER/SENSOR"))
        }
        return problems + [bindingProblem].compactMap(\.self)
    }

    private static func words(unread code: Int32) -> Bilingual {
        let cause = String(cString: strerror(code))
        return Bilingual(
            zh: "commissioning.json 无法读取（\(cause)）：倾角从铅垂线起算，也不记录新的调试结果；请修复存储目录，然后重启",
            en: "commissioning.json cannot be read (\(cause)): tilts are measured from the vertical, and nothing new is put on "
                + "record; mend the store's folder, then restart")
    }

    /// Keeps new zeros of a place.
    /// - Returns: what the place's tilts are measured from now.
    func setZeros(_ zeros: [TiltZero], of place: SensorPlace) throws(WriteFailure) -> [String: TiltReference] {
        var fresh = content
        fresh.setZeros(zeros, of: place)
        try keep(fresh)
        return use.references[place] ?? [:]
    }

    /// Keeps what a person has confirmed of a function test.
    func record(_ test: FunctionTestRecord) throws(WriteFailure) {
        var fresh = content
        fresh.record(test)
        try keep(fresh)
    }

    private func keep(_ fresh: CommissionContent) throws(WriteFailure) {
        if let unread { throw WriteFailure(code: unread) }
        guard fresh != content else { return }
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        guard let bytes = try? encoder.encode(fresh) else { throw WriteFailure(code: EILSEQ) }
        let code = TextFile.replace(path, with: Array(bytes))
        guard code == 0 else { throw WriteFailure(code: code) }
        content = fresh
    }

    private enum ReadFailure: Error {
        /// It is not what was written here.
        case damaged
        /// The medium does not give it; it may be whole.
        case medium(code: Int32)
    }

    /// A file beyond 16 MiB was not written here, and neither was a folder.
    private static func read(_ path: String) throws(ReadFailure) -> CommissionContent {
        var problem: Int32 = 0
        guard let bytes = TextFile.bytes(path, atMost: 16 << 20, problem: &problem) else {
            throw problem == EFBIG || problem == EISDIR ? .damaged : .medium(code: problem)
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let content = try? decoder.decode(CommissionContent.self, from: Data(bytes)), content.isSound else {
            throw .damaged
        }
        return content
    }
}
