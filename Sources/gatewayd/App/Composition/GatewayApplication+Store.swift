// How the composition gets its store, and the uplinks that deliver from it.
import GatewayConfig
import NativeFormat
import Outbox
import SensorModel
import Uplink

extension GatewayApplication {
    /// Opens the store of the configuration, with what a store in memory has left.
    func openStore(boot: String, _ workers: [Lane: Surroundings.Worker]) async throws(StartFailure) -> Store {
        let settings = start.configuration.store
        // On trial a smaller store gives up nothing yet.
        let before = desk.isRunning ? desk.trial?.before.configuration.store.maxSize ?? 0 : 0
        do {
            let store = try await Store.open(
                Store.Settings(path: settings.path, maxBytes: max(settings.maxSize, before), boot: boot),
                left: storeReturn?.left ?? [:], floor: surroundings.clock.floor,
                executor: { workers[$0]?.executor ?? surroundings.worker("store-\($0.rawValue)").executor },
                makeID: surroundings.unique)
            storeReturn?.isPlaced()
            surroundings.clock.learn(store.trustedTime)
            return store
        } catch {
            throw .store(error)
        }
    }

    /// Another configuration may come back: what its uplinks have not delivered waits for them.
    func begin(_ store: inout Store) async throws(StartFailure) -> Store.Found {
        let uplinks = start.configuration.uplinks.map(\.id)
        do throws(StoreError) {
            let found = try await store.begin(uplinks: uplinks, keepingOthers: desk.isRunning, makeID: surroundings.unique)
            if !desk.isRunning {
                let id = store.alarms.place == .memory ? nil : store.id
                await store.alarms.keep(ReceiptBook.leftOver(found.states, besides: uplinks, of: id))
            }
            return found
        } catch { throw .store(error) }
    }

    /// An uplink service for each uplink of the configuration.
    func makeUplinks(
        _ configuration: Configuration, store: Store, found: Store.Found, boot: String, inbox: CommandInbox
    ) -> [UplinkService] {
        let description = SelfDescription.members(
            of: configuration, version: Self.version, origin: simulation == nil ? .field : .simulated)
        let connector = surroundings.connector { [clock = surroundings.clock] in clock.earliestTime }
        return configuration.uplinks.map { uplink in
            UplinkService(
                UplinkSessionSettings(
                    id: uplink.id, links: uplink.links.map { BrokerEndpoint($0, of: uplink) },
                    batchReadings: uplink.batchReadings, batchInterval: uplink.batchInterval,
                    acceptNoSubscriber: uplink.noSubscriber == .accept,
                    speaker: Speaker(gateway: configuration.gateway.id, store: store.id), boot: boot,
                    predecessor: store.predecessor, description: description),
                lanes: [.readings: store.readings, .alarms: store.alarms],
                delivered: found.delivered.mapValues { $0[uplink.id] ?? Delivered() },
                committed: [.readings: store.readings.firstBlock.last, .alarms: store.alarms.firstBlock.last],
                states: found.states, connector: simulation?.link.connector(connector) ?? connector, clock: clock,
                chance: surroundings.chance(), log: log, onCommand: { inbox.take($1, from: $0) })
        }
    }
}

extension BrokerEndpoint {
    fileprivate init(_ link: UplinkSettings.Link, of uplink: UplinkSettings) {
        self.init(
            host: link.host, port: link.port,
            tls: uplink.tls.map { TLSFiles(authority: $0.ca, certificate: $0.certificate, key: $0.key) },
            username: uplink.username,
            passwordFile: uplink.passwordFile, isMetered: link.isMetered)
    }
}
