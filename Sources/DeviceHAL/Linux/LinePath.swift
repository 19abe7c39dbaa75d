// The bounded way of one input's events from the chip's thread to the sensor.
import DeviceHAL
import Platform
import SensorModel
import Synchronization

/// A queue of notices with one consumer. Full, it drops the oldest: the newest level counts. What it lost stands in the event
/// that follows.
final class LinePath: Sendable {
    /// Two minutes of a contact that flaps ten times a second.
    static let capacity = 1200

    private let notices = Mailbox<LineNotice>(capacity: capacity, whenFull: .dropOldest)
    private let arrivals = Mailbox<Void>(capacity: 1, whenFull: .dropNewest)
    private let told = Mutex<UInt64>(0)
    private let end = Mutex<LineError?>(nil)

    /// Why nothing follows any more; nil while the line is held.
    var ended: LineError? { end.withLock { $0 } }

    func send(_ event: LineEvent) {
        notices.send(.edge(event))
        arrivals.send(())
    }

    /// Says that nothing follows; the first reason counts.
    func finish(_ error: LineError) {
        let first = end.withLock { end in
            defer { end = end ?? error }
            return end == nil
        }
        guard first else { return }
        notices.send(.ended(error))
        arrivals.send(())
    }

    func wake() { arrivals.send(()) }

    func take() -> LineNotice? {
        guard let notice = notices.take() else { return nil }
        guard case .edge(var event) = notice else { return notice }
        let dropped = notices.dropped
        event.lost = told.withLock { told in
            defer { told = dropped }
            return Int(dropped - told)
        }
        return .edge(event)
    }

    func arrival(until deadline: MonotonicTime?) async {
        if notices.count > 0 { return }
        _ = await arrivals.next(until: deadline, clock: SystemClock())
    }
}
