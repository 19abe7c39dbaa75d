// One manhole's physics put together: the first second, the next second, and the whole state at any moment.

/// The parts of one manhole under one story. It has no memory of its own.
struct ManholeModel: Sendable {
    private let chamber: Chamber
    private let water: WaterBalance
    private let inflow: Inflow
    private let backwater: Backwater
    private let gas: GasSources
    private let ventilation: Ventilation
    private let weather: Weather
    private let climate: AirBalance
    private let lid: LidMotion
    private let traffic: Traffic
    private let ground: Ground
    private let posture: Posture
    private let supply: Supply
    private let condensation: [Spell<Void>]
    private let ripple: ChanceStream

    /// - Parameters:
    ///   - site: which manhole.
    ///   - index: of it, from 0.
    ///   - scenario: the story.
    ///   - seed: what chance is made of.
    init(site: ManholeSite, index: Int, scenario: Scenario, seed: UInt64) {
        func chance(_ name: String) -> ChanceStream { ChanceStream(seed: seed, code: site.code, name: name) }
        let causes = SiteCauses(events: scenario.events, index: index, code: site.code)
        chamber = Chamber(site: site, chance: chance("chamber"))
        water = WaterBalance(chamber: chamber)
        inflow = Inflow(chamber: chamber, rain: causes.rain, chance: chance("inflow"))
        backwater = Backwater(spells: causes.backwater, chance: chance("tide"))
        gas = GasSources(kind: site.kind, volume: chamber.volume, causes: causes, chance: chance("gas"))
        ventilation = Ventilation(volume: chamber.volume, chance: chance("wind"))
        weather = Weather(timeOfDay: scenario.timeOfDay.seconds, chance: chance("weather"))
        climate = AirBalance(kind: site.kind, chance: chance("climate"))
        lid = LidMotion(spells: causes.lid, chance: chance("lid"))
        traffic = Traffic(spells: causes.vehicles, chance: chance("traffic"))
        ground = Ground(spells: causes.subsidence, chance: chance("ground"))
        posture = Posture(chance: chance("posture"))
        supply = Supply(spells: causes.supply, chance: chance("supply"))
        condensation = causes.condensation
        ripple = chance("ripple")
    }

    /// At the story's begin: as after hours without any event.
    var begin: SlowState {
        let dryWeather = inflow.dryWeather(at: 0, hour: weather.hour(at: 0))
        let settled = climate.settled(
            AirBalance.Surroundings(
                temperature: weather.temperature(at: 0), humidity: weather.humidity(at: 0), openness: 0, rainfall: 0,
                runoffShare: 0, isCondensing: false))
        let depth = min(chamber.depth, chamber.pipe.level(carrying: dryWeather))
        let air = GasBalance.settled(
            volume: chamber.airVolume(waterDepth: depth), fresh: ventilation.calm,
            sources: gas.background(waterTemperature: settled.waterTemperature),
            breathing: gas.breathing(waterTemperature: settled.waterTemperature))
        return SlowState(depth: depth, outflow: dryWeather, runoff: 0, air: air, climate: settled, charge: 100)
    }

    /// A second later.
    /// - Parameters:
    ///   - state: at the whole second.
    ///   - second: which one, from the story's begin.
    func next(_ state: SlowState, second: Int) -> SlowState {
        let from = Double(second)
        let to = from + 1
        let middle = from + 0.5
        let hour = weather.hour(at: middle)
        let rainfall = inflow.rainfall(from: from, to: to)
        let runoff = inflow.nextRunoff(state.runoff, rainfall: rainfall)
        let dryWeather = inflow.dryWeather(at: middle, hour: hour)
        let step = water.step(depth: state.depth, inflow: dryWeather + runoff, backwater: backwater.level(at: middle))
        let lid = lid.position(at: middle)
        let before = chamber.airVolume(waterDepth: state.depth)
        let after = chamber.airVolume(waterDepth: step.depth)
        let waterTemperature = state.climate.waterTemperature
        let air = GasBalance.step(
            state.air, volume: (before + after) / 2, fresh: ventilation.fresh(at: middle, lid: lid) + max(0, after - before),
            sources: gas.rates(from: from, to: to, waterTemperature: waterTemperature),
            breathing: gas.breathing(waterTemperature: waterTemperature))
        let climate = climate.step(
            state.climate,
            AirBalance.Surroundings(
                temperature: weather.temperature(at: middle), humidity: weather.humidity(at: middle),
                openness: ventilation.openness(lid: lid), rainfall: rainfall, runoffShare: runoff / (dryWeather + runoff),
                isCondensing: condensation.contains { $0.isOn(at: middle) }))
        let charge = Supply.nextCharge(state.charge, voltage: supply.voltage(at: middle, hour: hour))
        return SlowState(
            depth: step.depth, outflow: step.outflow, runoff: runoff, air: air, climate: climate, charge: charge)
    }

    /// Everything at a moment.
    /// - Parameters:
    ///   - seconds: from the story's begin, from 0.
    ///   - slow: what has a memory, at that moment.
    func state(at seconds: Double, slow: SlowState) -> ManholeState {
        var state = ManholeState()
        // Waves: 1 % of the depth, at most 5 mm.
        state.waterDepth = slow.depth + min(0.005, 0.01 * slow.depth) * ripple.wander(at: seconds, every: 3)
        state.flow = max(0, slow.outflow) * 3600
        state.waterTemperature = slow.climate.waterTemperature
        state.airTemperature = slow.climate.airTemperature
        state.humidity = slow.climate.humidity
        state.isWet = slow.climate.film >= 0.5
        state.barometer = weather.barometer(at: seconds)
        state.methane = slow.air.methaneLEL
        state.hydrogenSulfide = slow.air.hydrogenSulfide * 1e6
        state.carbonMonoxide = slow.air.carbonMonoxide * 1e6
        state.oxygen = slow.air.oxygen * 100
        let voltage = supply.voltage(at: seconds, hour: weather.hour(at: seconds))
        state.supplyVoltage = voltage
        state.hasMains = Supply.hasMains(voltage: voltage)
        state.batteryCharge = slow.charge
        state.batteryVoltage = Supply.batteryVoltage(charge: slow.charge, voltage: voltage)
        setMotion(&state, at: seconds)
        return state
    }

    private func setMotion(_ state: inout ManholeState, at seconds: Double) {
        let lid = lid.position(at: seconds)
        // Traffic drives round a lid that stands up or lies beside its place.
        let exposure = 1 - max(lid.angle / 10, lid.displacement / 40, lid.isPresent ? 0 : 1).eased
        var shaking = Traffic.Shaking()
        if exposure > 0 {
            let felt = traffic.shaking(at: seconds)
            shaking = Traffic.Shaking(
                rocking: felt.rocking * exposure, vertical: felt.vertical * exposure, lateral: felt.lateral * exposure,
                meanSquare: felt.meanSquare * exposure * exposure)
        }
        state.lidAngle = lid.angle
        state.displacement = lid.displacement
        state.isLidPresent = lid.isPresent
        state.isLidOpen = lid.isOpen
        state.settlement = ground.settlement(at: seconds)
        state.acceleration = posture.acceleration(
            lidAngle: lid.angle, sinking: ground.lean(settlement: state.settlement), shaking: shaking)
        // A town is never quite still: 5 to 10 mm/s2.
        let hum = 0.0075 + 0.0025 * ripple.stream(of: 1).wander(at: seconds, every: 2)
        state.vibration = (hum * hum + shaking.meanSquare).squareRoot()
    }
}
