// The signed report of a commissioning: POST /v1/commission/report.

/// Body of POST /v1/commission/report.
public struct CommissionOrder: Codable, Sendable, Equatable {
    /// The cover's code.
    public var cover: String

    /// - Parameters: as the properties.
    public init(cover: String) {
        self.cover = cover
    }
}

/// Where the audit log stood.
public struct AuditPosition: Codable, Sendable, Equatable {
    /// Number of its last record.
    public var seq: Int
    /// That record's hash.
    public var hash: String

    /// - Parameters: as the properties.
    public init(seq: Int, hash: String) {
        self.seq = seq
        self.hash = hash
    }
}

/// What is signed: a cover as it was commissioned.
public struct CommissionProtocol: Codable, Sendable, Equatable {
    /// Form of the report, 1.
    public var schema: Int
    /// The gateway's id.
    public var gateway: String
    /// Version of the daemon.
    public var version: String
    /// Id of its store.
    public var store: String
    /// `sha256:…` over the configuration file.
    public var configuration: String
    /// When the report was made.
    public var time: String
    /// How far that time may be trusted: synced, holdover or unsynced.
    public var clock: String
    /// Who asked for it.
    public var by: String
    /// field, or simulated.
    public var origin: String
    /// Whether nothing is missing.
    public var complete: Bool
    /// The cover, its sensors, tilt zeros, function tests, and what is missing.
    public var commission: CommissionReport
    /// Which device sat at the cover, from when to when.
    public var bindings: [BindingReport.Row]
    /// Where the audit log stood; null while it has no records.
    @Nullable public var audit: AuditPosition?

    /// - Parameters: as the properties.
    public init(
        schema: Int, gateway: String, version: String, store: String, configuration: String, time: String, clock: String,
        by: String, origin: String, complete: Bool, commission: CommissionReport, bindings: [BindingReport.Row],
        audit: AuditPosition? = nil
    ) {
        self.schema = schema
        self.gateway = gateway
        self.version = version
        self.store = store
        self.configuration = configuration
        self.time = time
        self.clock = clock
        self.by = by
        self.origin = origin
        self.complete = complete
        self.commission = commission
        self.bindings = bindings
        self.audit = audit
    }
}

/// Answer of POST /v1/commission/report.
public struct CommissionDocument: Codable, Sendable, Equatable {
    /// What is signed.
    public var report: CommissionProtocol
    /// Over the bytes of `report` as they stand here, base64.
    public var signature: String
    /// Ed25519.
    public var algorithm: String
    /// The gateway's public key, PEM.
    public var publicKey: String

    private enum CodingKeys: String, CodingKey {
        case report, signature, algorithm
        case publicKey = "public_key"
    }

    /// - Parameters: as the properties.
    public init(report: CommissionProtocol, signature: String, algorithm: String, publicKey: String) {
        self.report = report
        self.signature = signature
        self.algorithm = algorithm
        self.publicKey = publicKey
    }
}
