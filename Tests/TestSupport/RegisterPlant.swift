// The far end of a register bus under the conformance suite, and how the suite has a hand in it.
import DeviceHAL
import Platform
import SensorModel

/// A bus with units behind it, made new for each check.
///
/// Every unit has `RegisterBusConformance.items` items in each of the four tables, with the values of
/// `HostileSlave.value` until they are written. An implementation of `RegisterBus` joins the suite by being wrapped in one.
public protocol RegisterPlant: Sendable {
    /// The bus under test.
    var bus: any RegisterBus { get }
    /// The writes that reached the units so far, in order, refused ones included.
    var arrivedWrites: [HostileSlave.Request] { get }
    /// Makes the unit refuse the function from now on.
    func refuse(unit: UInt8, function: UInt8)
    /// Makes the unit refuse to write larger words to its registers from now on.
    func limit(unit: UInt8, largestWord: UInt16)
    /// Makes the unit leave its next request unanswered, or all of them until `behave`.
    func silence(unit: UInt8)
    /// Makes the unit answer its next request with something that is not the reply, or all of them until `behave`.
    func garble(unit: UInt8)
    /// Makes the unit answer properly again.
    func behave(unit: UInt8)
    /// Lets some time pass before a failed request is made again.
    func pause() async throws
}

extension RegisterPlant {
    /// A few milliseconds of real time.
    public func pause() async throws {
        let clock = SystemClock()
        try await clock.sleep(until: clock.now().monotonic + .milliseconds(3))
    }
}

/// A register image as a plant.
public struct RegisterImagePlant: RegisterPlant {
    private let image = RegisterImage()

    /// With all items of units 1 to 3.
    public init() {
        for unit: UInt8 in 1...3 {
            for table in RegisterTable.allCases {
                let words = (0..<UInt16(RegisterBusConformance.items)).map {
                    HostileSlave.value(unit: unit, function: table.readFunction, address: $0)
                }
                image.set(unit: unit, table, 0, words: words)
            }
        }
    }

    /// The image.
    public var bus: any RegisterBus { image }

    /// The image's writes.
    public var arrivedWrites: [HostileSlave.Request] {
        image.writes.map { write in
            let words = write.action.words
            return HostileSlave.Request(
                unit: write.unit, function: write.action.function, address: write.action.address,
                count: UInt16(clamping: words.count), words: words)
        }
    }

    /// By the image.
    public func refuse(unit: UInt8, function: UInt8) { image.refuse(unit: unit, function: function) }

    /// By the image.
    public func limit(unit: UInt8, largestWord: UInt16) { image.limit(unit: unit, largestWord: largestWord) }

    /// Until `behave`.
    public func silence(unit: UInt8) { image.fail(unit: unit, with: .timeout) }

    /// Until `behave`.
    public func garble(unit: UInt8) { image.fail(unit: unit, with: .corruptReply) }

    /// An image has no place to find again: it is told to say so.
    public func behave(unit: UInt8) {
        image.fail(unit: unit, with: nil)
        image.resynchronise(unit: unit)
    }
}
