// Every shipped rule by itself, at its limits: each of its conditions, and each reason it names. New rules are tested because
// they are there.
import Alarms
import GatewayConfig
import SensorModel
import Testing

@Suite struct ShippedRuleTests {
    private static let rules: [AlarmRule] = (try? TraceSite.street().rules) ?? []

    @Test("every shipped rule is raised after its delay and not before, and returns when it is seen to be over")
    func everyRule() throws {
        #expect(Self.rules.count > 30)
        for rule in Self.rules {
            for group in rule.condition.groups {
                for reason in RuleStage.reasons(of: group) {
                    var stage = RuleStage(rule, group, reason: reason)
                    check(&stage, of: rule, "\(rule.id), \(reason.map { "\($0)" } ?? "\(group)")")
                }
            }
            if rule.condition.scope == .gateway { checkGateway(rule) }
        }
    }

    private func check(_ stage: inout RuleStage, of rule: AlarmRule, _ what: String) {
        let delay = stage.onDelay
        let late = stage.step + stage.step
        stage.play(.safe, for: stage.step * 3)
        // For less than the delay, then safe again; and for ever, but just short of it.
        if delay > stage.step * 4, stage.isAboutValues, stage.window == .zero {
            stage.play(.holding, for: delay - stage.step * 2)
            stage.play(.safe, for: stage.step * 3)
        }
        stage.play(.nearly, for: min(delay * 2, .seconds(600)) + stage.step * 3)
        #expect(stage.seen.isEmpty, "\(what): raised too early, or by less than its limit")
        stage.play(.safe, for: stage.step * 3)
        let begin = stage.now
        stage.play(.holding, for: delay + late * 2)
        #expect(stage.seen.map(\.cause) == [.raised] && stage.seen[0].alarm.rule == rule.id, "\(what): \(stage.seen)")
        guard let raised = stage.seen.first else { return }
        #expect(raised.alarm.severity == rule.severity, "\(what)")
        #expect(raised.detected.monotonic - begin.monotonic >= delay * 3 / 4 - stage.step, "\(what): too early")
        #expect(raised.detected.monotonic - begin.monotonic <= delay + late, "\(what): too late")
        let standing = stage.seen.count
        // What has risen counts for a time only.
        let longest = stage.window > .zero ? stage.window / 2 : .seconds(600)
        stage.play(.onClear, for: min(rule.offDelay * 2, longest) + stage.step * 3)
        #expect(
            !stage.seen[standing...].contains { $0.cause == .returned },
            "\(what): returned although its clear value was not passed")
        let over = stage.now
        stage.play(.safe, for: max(rule.offDelay, stage.window) + late * 2)
        let returned = stage.seen.first { $0.cause == .returned }
        // What has risen is forgotten with its time, so that such an alarm may have returned before.
        #expect(
            returned.map { stage.window > .zero || $0.detected.monotonic - over.monotonic >= rule.offDelay } == true,
            "\(what): \(stage.seen.map(\.cause))")
    }

    private func checkGateway(_ rule: AlarmRule) {
        var engine = AlarmEngine(rules: Self.rules, site: AlarmSite())
        let now = TraceWorld.begin
        let raised = engine.setGatewayAlarm(rule: rule.id, severity: rule.severity, problem: "line 3", now: now) { "a" }
        #expect(raised?.to == .unacknowledged && raised?.alarm.severity == rule.severity)
        let returned = engine.setGatewayAlarm(rule: rule.id, severity: rule.severity, problem: nil, now: now) { "b" }
        #expect(returned?.to == .returnedUnacknowledged)
    }

    @Test("every shipped rule says in both languages what it is, and where its numbers come from")
    func words() {
        for rule in Self.rules {
            #expect(rule.text.map { !$0.zh.isEmpty && !$0.en.isEmpty } == true, "\(rule.id)")
            #expect(!rule.source.isEmpty, "\(rule.id)")
        }
    }
}
