// Who at a cover has something to say about whom: found once, from the configuration.
import SensorModel

/// The relations between the channels of one cover, by their numbers.
struct CoverLinks {
    /// Gas heads and the sensors of water that can tell whether they are under it.
    private(set) var submergences: [Submergence] = []
    /// Sensors that cannot both be right.
    private(set) var comparisons: [Comparison] = []
    /// Of each channel: its entries among `submergences`, as head and as water.
    private(set) var asHead: [[Int]], asWater: [[Int]]
    /// Of each channel: the oxygen sensors of other devices that a catalytic head burns with.
    private(set) var oxygen: [[Int]]
    /// Of each channel: the voltages that may feed its device.
    private(set) var supplies: [[Int]]
    /// Of each channel: its entries among `comparisons`.
    private(set) var compared: [[Int]]

    init(_ cover: WatchedCover) {
        let points = cover.points
        let none = [[Int]](repeating: [], count: points.count)
        (asHead, asWater, oxygen, supplies, compared) = (none, none, none, none, none)
        for (index, point) in points.enumerated() {
            if point.isCatalytic, point.quantity.isGas, point.quantity != .oxygen {
                oxygen[index] = points.indices.filter { points[$0].quantity == .oxygen && points[$0].sensor != point.sensor }
            }
            if point.supplyMinimum != nil, !point.quantity.isSupply {
                supplies[index] = points.indices.filter { points[$0].quantity.isSupply && points[$0].sensor != point.sensor }
            }
        }
        let water = points.indices.filter { WaterSurface(0, at: points[$0], rim: cover.rimElevation) != nil }
        let floats = points.indices.filter { points[$0].quantity == .waterFloat && points[$0].mounted != nil }
        let heads = points.indices.filter { points[$0].quantity.isGas && points[$0].mounted != nil }
        for head in heads {
            let upper = floats.filter { (points[$0].mounted ?? .infinity) <= (points[head].mounted ?? 0) }
            for water in water + upper {
                asHead[head].append(submergences.count)
                asWater[water].append(submergences.count)
                submergences.append(Submergence(head: head, water: water))
            }
        }
        for float in floats {
            for water in water { compare(float, water, .floatAndSurface(mounted: points[float].mounted ?? 0)) }
        }
        for (number, one) in heads.enumerated() {
            for two in heads[(number + 1)...] where points[one].quantity == points[two].quantity {
                guard points[one].sensor != points[two].sensor, let tolerance = Comparison.tolerance(points[one], points[two]),
                    ((points[one].mounted ?? 0) - (points[two].mounted ?? 0)).magnitude <= Comparison.sameHeight + 1e-9
                else { continue }
                compare(one, two, .sameGas(tolerance: tolerance))
            }
        }
    }

    private mutating func compare(_ first: Int, _ second: Int, _ kind: Comparison.Kind) {
        compared[first].append(comparisons.count)
        compared[second].append(comparisons.count)
        comparisons.append(Comparison(first, second, kind))
    }
}
