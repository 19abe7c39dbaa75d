// gateway.yaml, typed: every value here has been checked, so nothing downstream asks again.
import Alarms
import DeviceHAL
import SensorModel

/// A whole, valid configuration with everything it refers to.
public struct Configuration: Sendable {
    /// Identity of the gateway.
    public var gateway: GatewaySettings
    /// The store.
    public var store: StoreSettings
    /// Path of the local socket.
    public var socket: String
    /// Where reading is served over TCP; nil for nowhere.
    public var http: HTTPAddress?
    /// The site's own folders of sensor models, absolute.
    public var profileFolders: [String] = []
    /// Buses in the order of the file.
    public var buses: [BusSettings]
    /// Covers in the order of the file.
    public var covers: [CoverSettings]
    /// Rules of the pack, replaced and added to by the site's.
    public var rules: [AlarmRule]
    /// Outputs in the order of the file.
    public var outputs: [OutputSettings] = []
    /// Uplinks in the order of the file.
    public var uplinks: [UplinkSettings]
    /// `sha256:…` over the configuration file's bytes: names the configuration in alarms and in the state.
    public var hash: String

    /// - Parameters: as the properties.
    public init(
        gateway: GatewaySettings, store: StoreSettings, socket: String, buses: [BusSettings], covers: [CoverSettings],
        rules: [AlarmRule], uplinks: [UplinkSettings], hash: String
    ) {
        self.gateway = gateway
        self.store = store
        self.socket = socket
        self.buses = buses
        self.covers = covers
        self.rules = rules
        self.uplinks = uplinks
        self.hash = hash
    }
}

/// Section `gateway`.
public struct GatewaySettings: Sendable, Equatable {
    /// The language of messages for people.
    public enum Language: String, CaseIterable, Sendable { case zh, en }
    /// The gateway's id, `[A-Za-z0-9._-]{1,64}`; also the MQTT client id and part of every topic.
    public var id: String
    /// Language of messages; `en` by default.
    public var language: Language
    /// IANA time zone for display only; `UTC` by default.
    public var timezone: String

    /// - Parameters: as the properties.
    public init(id: String, language: Language = .en, timezone: String = "UTC") {
        self.id = id
        self.language = language
        self.timezone = timezone
    }
}

/// Section `store`.
public struct StoreSettings: Sendable, Equatable {
    /// Folder of the store.
    public var path: String
    /// Bytes the store may take, at least 1 MiB.
    public var maxSize: Int64
    /// How long readings may wait for their commit, 10 ms to 60 s. Alarms commit at once.
    public var commitInterval: Duration

    /// Readings of this time before a power cut may be gone: the commit interval, and a second for the commit itself.
    public var lossWindow: Duration { commitInterval + .seconds(1) }

    /// - Parameters: as the properties.
    public init(path: String = "/var/lib/gatewayd", maxSize: Int64 = 512 << 20, commitInterval: Duration = .seconds(1)) {
        self.path = path
        self.maxSize = maxSize
        self.commitInterval = commitInterval
    }
}

/// One entry of section `buses`.
public struct BusSettings: Sendable, Equatable {
    /// How the bus is reached.
    public enum Link: Sendable, Equatable {
        /// `kind: modbus-rtu`: a serial device.
        case serial(device: String, baud: Int, parity: Parity, stopBits: Int)
        /// `kind: modbus-tcp`.
        case tcp(host: String, port: Int)
        /// `kind: modbus-rtu-over-tcp`: RTU frames through a serial server.
        case rtuOverTCP(host: String, port: Int)
        /// `kind: gpio`: a chip's label, or its path `/dev/gpiochipN`.
        case gpio(chip: String)
    }
    /// The bus's id.
    public var id: String
    /// How it is reached.
    public var link: Link
    /// Total deadline of a transaction where the profile does not ask for more; 500 ms by default.
    public var responseTimeout: Duration

    /// - Parameters: as the properties.
    public init(id: String, link: Link, responseTimeout: Duration = .milliseconds(500)) {
        self.id = id
        self.link = link
        self.responseTimeout = responseTimeout
    }
}

/// One entry of section `covers`. Everything but code, scheme and sensors is passed on to the platform as it stands.
public struct CoverSettings: Sendable, Equatable {
    /// The cover's unique code.
    public var code: String
    /// `component16`, `digits19` or `regex:…`.
    public var scheme: String
    /// What people call it.
    public var name: String?
    /// `storm`, `sewage`, `water`, `gas`, `power`, `telecom`, `heat` or `other`.
    public var kind: String?
    /// Why it is watched.
    public var risk: [String]
    /// Where it is.
    public var location: Location?
    /// 15-digit unit grid code.
    public var grid: String?
    /// Responsibility grid.
    public var responsibilityGrid: String?
    /// Road section.
    public var road: String?
    /// Competent authority (主管).
    public var competent: String?
    /// Owner (权属).
    public var owner: String?
    /// Maintainer (养护).
    public var maintainer: String?
    /// Sensors in the order of the file.
    public var sensors: [SensorSettings]

    /// - Parameters: as the properties.
    public init(code: String, scheme: String, sensors: [SensorSettings] = []) {
        self.code = code
        self.scheme = scheme
        self.risk = []
        self.sensors = sensors
    }
}

/// A cover's `location`.
public struct Location: Sendable, Equatable {
    /// Degrees east.
    public var longitude: Double
    /// Degrees north.
    public var latitude: Double
    /// Reference system of the two, `CGCS2000` or `WGS84`; never converted.
    public var crs: String
    /// Where, in words.
    public var text: String?
    /// Elevation of the rim in m, in `datum`.
    public var rimElevation: Double?
    /// Elevation of the invert in m, in `datum`.
    public var invertElevation: Double?
    /// Height datum, like `1985`.
    public var datum: String?

    /// - Parameters: as the properties.
    public init(longitude: Double, latitude: Double, crs: String) {
        self.longitude = longitude
        self.latitude = latitude
        self.crs = crs
    }
}

/// One entry of a cover's `sensors`.
public struct SensorSettings: Sendable, Equatable {
    /// What sits at the place.
    public enum Device: Sendable, Equatable {
        /// A device on a Modbus bus: its address (1 to 247 on a serial line or through a serial server, 0 to 255 over TCP)
        /// and the resolved sensor model.
        case modbus(unit: UInt8, profile: DeviceProfile)
        /// A contact on a GPIO line. Its one channel is `state`.
        case line(LineSensorSettings)
    }
    /// The sensor's id within the cover.
    public var id: String
    /// The bus's id.
    public var bus: String
    /// What sits there.
    public var device: Device
    /// Time between readings, 100 ms to 24 h. A line reports its changes besides.
    public var every: Duration
    /// Serial number of the device that sits there.
    public var serial: String?
    /// Date of its installation, `YYYY-MM-DD`.
    public var installed: String?
    /// How far below the rim it is mounted, in m.
    public var mounted: Double?

    /// - Parameters: as the properties.
    public init(id: String, bus: String, device: Device, every: Duration) {
        self.id = id
        self.bus = bus
        self.device = device
        self.every = every
    }

    /// The unit's address; nil for a line.
    public var unit: UInt8? { if case .modbus(let unit, _) = device { unit } else { nil } }

    /// The sensor model; nil for a line, which needs none.
    public var profile: DeviceProfile? { if case .modbus(_, let profile) = device { profile } else { nil } }

    /// The sensor's channels, their quantities and the values they can show, in their order.
    public var channels: [(name: String, quantity: Quantity, range: ClosedRange<Double>?)] {
        switch device {
        case .modbus(_, let profile): profile.channels.map { ($0.name, $0.quantity, $0.range) }
        case .line(let line): [("state", line.quantity, 0...1)]
        }
    }
}

/// A contact on a GPIO line: what the configuration says of it.
public struct LineSensorSettings: Sendable, Equatable {
    /// Which line of the chip, how it is wired, and its debounce time.
    public var line: LineSettings
    /// What the line's active state means: a quantity of unit 1.
    public var quantity: Quantity

    /// - Parameters: as the properties.
    public init(line: LineSettings, quantity: Quantity) {
        self.line = line
        self.quantity = quantity
    }
}

/// One entry of section `uplinks`, of kind mqtt and format native.
public struct UplinkSettings: Sendable, Equatable {
    /// One way to the platform.
    public struct Link: Sendable, Equatable {
        /// Host name or address.
        public var host: String
        /// TCP port; 8883 with TLS, 1883 without.
        public var port: Int
        /// Whether what goes over it costs money.
        public var isMetered: Bool

        /// - Parameters: as the properties.
        public init(host: String, port: Int, isMetered: Bool = false) {
            self.host = host
            self.port = port
            self.isMetered = isMetered
        }
    }
    /// PEM files, resolved to absolute paths.
    public struct TLS: Sendable, Equatable {
        /// Authorities that may sign the broker's certificate.
        public var ca: String
        /// The gateway's certificate.
        public var certificate: String?
        /// Its key.
        public var key: String?

        /// - Parameters: as the properties.
        public init(ca: String, certificate: String? = nil, key: String? = nil) {
            self.ca = ca
            self.certificate = certificate
            self.key = key
        }
    }
    /// What PUBACK 0x10 (nobody subscribes) means.
    public enum NoSubscriber: String, CaseIterable, Sendable {
        /// Keep the records and say that nobody listens.
        case hold
        /// Take it as delivered.
        case accept
    }
    /// The uplink's id.
    public var id: String
    /// Links in order of preference, at least one.
    public var links: [Link]
    /// TLS, or nil for plain TCP.
    public var tls: TLS?
    /// MQTT user name.
    public var username: String?
    /// Absolute path of the password's file.
    public var passwordFile: String?
    /// The most readings in one message, 1 to 10,000; 500 by default.
    public var batchReadings: Int
    /// How long a reading may wait for others in its message; 10 s by default, 0 sends at commit.
    public var batchInterval: Duration
    /// What «nobody subscribes» means; `hold` by default.
    public var noSubscriber: NoSubscriber

    /// - Parameters: as the properties.
    public init(
        id: String, links: [Link], tls: TLS? = nil, batchReadings: Int = 500, batchInterval: Duration = .seconds(10),
        noSubscriber: NoSubscriber = .hold
    ) {
        self.id = id
        self.links = links
        self.tls = tls
        self.batchReadings = batchReadings
        self.batchInterval = batchInterval
        self.noSubscriber = noSubscriber
    }
}
