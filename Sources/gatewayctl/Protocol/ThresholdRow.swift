// A rule whose thresholds a command of the platform has changed; in GET /v1/status.

/// The thresholds of a rule that are in force, beside those of the configuration.
public struct ThresholdRow: Codable, Sendable, Equatable {
    /// The rule's id.
    public var rule: String
    /// In this unit.
    public var unit: String
    /// Raised at or beyond it.
    public var threshold: Double
    /// Over strictly beyond it, on the safe side.
    public var clearThreshold: Double
    /// What the configuration says.
    public var configuredThreshold: Double
    /// What the configuration says.
    public var configuredClearThreshold: Double
    /// Who wanted it; null when the configuration's are in force.
    @Nullable public var by: String?
    /// Since when, RFC 3339, UTC; null when the configuration's are in force.
    @Nullable public var since: String?

    private enum CodingKeys: String, CodingKey {
        case rule, unit, threshold, by, since
        case clearThreshold = "clear_threshold"
        case configuredThreshold = "configured_threshold"
        case configuredClearThreshold = "configured_clear_threshold"
    }

    /// - Parameters: as the properties.
    public init(
        rule: String, unit: String, threshold: Double, clearThreshold: Double, configuredThreshold: Double,
        configuredClearThreshold: Double, by: String? = nil, since: String? = nil
    ) {
        self.rule = rule
        self.unit = unit
        self.threshold = threshold
        self.clearThreshold = clearThreshold
        self.configuredThreshold = configuredThreshold
        self.configuredClearThreshold = configuredClearThreshold
        self.by = by
        self.since = since
    }
}
