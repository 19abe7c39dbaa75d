// That nothing stays of connections to brokers that send whatever they like.
import Foundation
import FuzzTargets
import Platform
import Testing

extension MQTTTransportTests {
    @Suite(.serialized) struct BrokerPacketsTests {
        @Test func `whatever a broker sends, nothing of its connection stays`() throws {
            let target = try #require(FuzzTargets.all.first { $0.name == "broker-packets" })
            let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appending(path: "Fuzz/corpus/\(target.name)")
            let corpus = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
                Array(try Data(contentsOf: folder.appending(path: $0)))
            }
            var mutator = Mutator(seed: 3, corpus: corpus, words: target.words)
            // What is needed once is there after some of them.
            for _ in 0..<1000 { #expect(target.take(mutator.next()) == nil) }
            let (memory, descriptors) = (try Self.ownMemory(), try Self.descriptors())
            for _ in 0..<4000 { #expect(target.take(mutator.next()) == nil) }
            let grown = try Self.ownMemory() - memory
            #expect(grown < 1 << 20, "\(grown) bytes by 4000 connections")
            #expect(try Self.descriptors() <= descriptors + 2)
        }

        /// Bytes that no file stands behind.
        private static func ownMemory() throws -> Int {
            let status = try #require(TextFile.read("/proc/self/status", atMost: 65_536))
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") })
            return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) }) * 1024
        }

        private static func descriptors() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        }
    }
}
