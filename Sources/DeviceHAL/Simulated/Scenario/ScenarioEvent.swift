// One cause in a scenario: when, how long, where, what.
import SensorModel

/// Something that happens to a manhole, its devices or the gateway's link.
public struct ScenarioEvent: Sendable, Equatable {
    /// What becomes of a cover.
    public enum Lid: String, CaseIterable, Sendable {
        /// Turned up on its hinge to about 100 degrees within 2 s; lies back when the event ends.
        case opened
        /// Raised a few degrees on one side by a lever; lies back when the event ends.
        case lifted
        /// Turned up and carried away, with what is fixed to it: the cable tears within a minute. Never comes back.
        case stolen
        /// Pushed aside in its seat by 80 mm, hardly tilted; lies back when the event ends.
        case shifted
    }

    /// What becomes of one device.
    public enum DeviceTrouble: String, CaseIterable, Sendable {
        /// It answers, always with the same registers; a heartbeat stands still.
        case stuck
        /// Its values creep away, by 10 % of the channel's range in an hour.
        case drifting
        /// It says itself that it is broken, by the status its profile has for that; without one its value is a pattern that
        /// the profile calls invalid, or it is silent where there is none.
        case faulty
        /// Its cable is broken: no answer; a line reads as its pull resistor says.
        case unplugged
        /// Every second request or so gets no reply, or one with a wrong checksum.
        case unreliable
    }

    /// What happens.
    public enum Cause: Sendable, Equatable {
        /// Traffic over the cover, vehicles an hour (0 to 3,600), lorries among them.
        case vehicles(Double)
        /// The lid is moved.
        case lid(Lid)
        /// The ground under the frame gives way, mm an hour, more on one side.
        case subsidence(Double)
        /// A gas comes in: methane, hydrogen-sulfide or carbon-monoxide, litres a minute of the pure gas.
        case gas(Quantity, Double)
        /// Rain on the catchment, mm an hour.
        case rain(Double)
        /// The receiving water stands high: backwater to this depth above the invert, m.
        case backwater(Double)
        /// Warm wet air meets cold metal: humidity at 100 %, drops on optics and heads.
        case condensation
        /// The supply sags to this voltage, V. Devices below their minimum lie, below 60 % of the nominal voltage are off,
        /// and warm up when it comes back.
        case supply(Double)
        /// A device has a trouble of its own; the sensor's id at the cover.
        case device(String, DeviceTrouble)
        /// The link to the platform is cut. About the gateway: the cover does not matter.
        case linkCut
    }

    /// From the story's begin.
    public var at: Duration
    /// How long it lasts; nil for ever. In a file, what says nothing lasts to the story's end.
    public var lasting: Duration?
    /// Where.
    public var cover: CoverChoice
    /// What.
    public var cause: Cause

    /// - Parameters: as the properties.
    public init(at: Duration, lasting: Duration? = nil, cover: CoverChoice = .all, cause: Cause) {
        self.at = at
        self.lasting = lasting
        self.cover = cover
        self.cause = cause
    }

    /// When it is over; nil when it lasts.
    public var end: Duration? { lasting.map { at + $0 } }

    /// Whether it is going on.
    public func isOn(at time: Duration) -> Bool { time >= at && end.map { time < $0 } ?? true }
}
