// The configuration's file and those beside it, each replaced so that a power cut leaves the old or the new one.
import Glibc
import Platform

/// The file that the daemon was given, and its neighbours: `FILE.trial` is on trial, `FILE.previous` was in force before,
/// `FILE.refused` did not prove itself, `FILE.edited` was written by a person and never in force.
///
/// FILE is replaced only by what has proved itself. So a process that ends in the middle of a trial, for whatever reason, starts
/// with what was in force before, and `FILE.trial` tells that there was a trial.
struct ConfigurationFiles: Sendable {
    /// Why a step failed.
    struct Failure: Error, Sendable, Equatable {
        /// At which path.
        var path: String
        /// The errno.
        var code: Int32
    }

    /// The file, without symbolic links: a link stays one.
    let path: String

    var trial: String { path + ".trial" }
    var previous: String { path + ".previous" }
    var refused: String { path + ".refused" }
    var edited: String { path + ".edited" }

    private var folder: String { path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "." }

    /// - Parameter path: as the daemon was given it.
    init(_ path: String) {
        guard let resolved = realpath(path, nil) else {
            self.path = path
            return
        }
        defer { free(resolved) }
        self.path = String(cString: resolved)
    }

    /// Puts a configuration on trial. When a person has written it into FILE already, what is in force goes back there.
    func begin(_ candidate: [UInt8], inForce: [UInt8]) throws(Failure) {
        try replace(trial, with: candidate)
        guard candidate != inForce, content == candidate else { return }
        do throws(Failure) { try replace(path, with: inForce) } catch {
            // Nothing is on trial: the next start must not find that there was.
            dropTrial()
            throw error
        }
    }

    /// What `begin` did not come to: a person has written the candidate into FILE, and what is in force goes back there.
    func finish(inForce: [UInt8]) throws(Failure) { try replace(path, with: inForce) }

    /// There was no trial.
    func dropTrial() {
        _ = LineFile.remove(trial)
        _ = LineFile.sync(folder: folder)
    }

    /// What is on trial has proved itself: it is FILE from now on, and what was in force before is `FILE.previous`.
    /// - Returns: why it may not outlast a power cut, although it is FILE; nil when it does.
    /// - Throws: when FILE is what it was.
    @discardableResult
    func confirm(_ candidate: [UInt8], before: [UInt8]) throws(Failure) -> Failure? {
        if let found = content, found != candidate, found != before { try replace(edited, with: found) }
        if candidate != before { try replace(previous, with: before) }
        let code = LineFile.move(trial, to: path)
        guard code == 0 else { throw Failure(path: path, code: code) }
        let unsynced = LineFile.sync(folder: folder)
        return unsynced == 0 ? nil : Failure(path: folder, code: unsynced)
    }

    /// It has not: it is kept for a person to look at.
    func refuse() throws(Failure) { try move(trial, to: refused) }

    /// What was on trial when an earlier process ended; nil when nothing was.
    var leftTrial: [UInt8]? { TextFile.bytes(trial, atMost: Self.largest) }

    /// What was in force before; nil when nothing is known.
    var previousContent: [UInt8]? { TextFile.bytes(previous, atMost: Self.largest) }

    /// Whether FILE is this text.
    func holds(_ text: [UInt8]) -> Bool { content == text }

    private var content: [UInt8]? { TextFile.bytes(path, atMost: Self.largest) }

    /// As long as a configuration may be.
    private static let largest = 1 << 20

    /// Whoever may read FILE may read its neighbours.
    private func replace(_ target: String, with bytes: [UInt8]) throws(Failure) {
        var information = stat()
        let isThere = stat(path, &information) == 0
        // Root may have been given a file of another owner, who shall go on to read it.
        let owner = isThere && geteuid() == 0 ? (user: information.st_uid, group: information.st_gid) : nil
        let code = TextFile.replace(target, with: bytes, mode: isThere ? information.st_mode & 0o777 : nil, owner: owner)
        guard code == 0 else { throw Failure(path: target, code: code) }
    }

    private func move(_ source: String, to target: String) throws(Failure) {
        var code = LineFile.move(source, to: target)
        if code == 0 { code = LineFile.sync(folder: folder) }
        guard code == 0 else { throw Failure(path: target, code: code) }
    }
}
