// The loan of a serial line: whoever needs other settings for a while gets a bus of its own on the device.
import DeviceHAL
import SensorModel

extension LinuxModbusBus: LendableLine {
    /// Lends the device; see `LendableLine`. Nothing happens on a bus that is no serial line of this machine, or closed.
    public func lend(to borrower: String, until: MonotonicTime, _ work: @Sendable (LineLoan) async -> Void) async {
        guard case .serial(let device, _, _, _) = link, gate.enter() else { return }
        defer { gate.leave() }
        let (id, worker) = (id, worker)
        await worker.lend(to: borrower, until: until)
        await work(
            LineLoan { settings in
                await worker.lend(to: "\(borrower) at \(settings)", until: until)
                return LinuxModbusBus(
                    id: id,
                    link: .serial(device: device, baud: settings.baud, parity: settings.parity, stopBits: settings.stopBits))
            })
        await worker.takeBack()
    }
}
