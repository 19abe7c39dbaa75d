// What has a memory: the part of a manhole's state that follows from the second before.

/// Water, gas, climate and battery at a whole second.
struct SlowState: Sendable, Equatable {
    /// Above the invert, m.
    var depth: Double
    /// Through the pipe in the second before, m3/s.
    var outflow: Double
    /// From rain, m3/s.
    var runoff: Double
    /// Of the chamber.
    var air: AirMixture
    /// Of the chamber.
    var climate: AirBalance.Climate
    /// Of the battery, %.
    var charge: Double

    /// Between this second and the next.
    /// - Parameters:
    ///   - next: a second later.
    ///   - share: of the second that is over, 0 to 1.
    func blended(to next: SlowState, by share: Double) -> SlowState {
        guard share > 0 else { return self }
        return SlowState(
            depth: depth.blended(to: next.depth, by: share), outflow: outflow.blended(to: next.outflow, by: share),
            runoff: runoff.blended(to: next.runoff, by: share),
            air: air.combined(with: next.air) { $0.blended(to: $1, by: share) },
            climate: AirBalance.Climate(
                airTemperature: climate.airTemperature.blended(to: next.climate.airTemperature, by: share),
                humidity: climate.humidity.blended(to: next.climate.humidity, by: share),
                film: climate.film.blended(to: next.climate.film, by: share),
                waterTemperature: climate.waterTemperature.blended(to: next.climate.waterTemperature, by: share)),
            charge: charge.blended(to: next.charge, by: share))
    }
}
