// Local outputs as data: sirens and lamps on GPIO lines.
import Alarms

extension Shapes {
    static let output = SectionShape(
        "output",
        [
            Key("bus", .id, needed: "the id of a bus of kind gpio", "Where it is connected: a bus of kind `gpio` of this file."),
            Key(
                "line", line, needed: "the name of a line, like GPIO5, or its offset",
                "The line by its name, or by its offset as a whole number; once for each bus, sensors included."),
            Key("active", .choice(["high", "low"]), or: "high", "The level that energises what hangs on the line."),
            Key(
                "fail_safe", .bool, or: "true",
                """
                `true`: energised while all is well and released on alarm, so that a dead gateway and a broken wire sound; \
                `false`: energised on alarm.
                """),
            Key("when", .section(outputCondition), otherwise: "all defaults", "Which alarms make it sound."),
            Key(
                "until", .choice(of: OutputCondition.Until.self), or: "returned",
                """
                What ends the sound: `returned`, that the alarm has returned; `acknowledged`, that somebody has acknowledged \
                it, returned or not.
                """),
        ])

    static let outputCondition = SectionShape(
        "condition of an output",
        [
            Key(
                "severity", .integer(1...3, "1 (notice), 2 (warning) or 3 (danger)"), or: "3",
                "Alarms of this severity and of higher ones."),
            Key(
                "covers", .list(.text("the code of a cover"), count: 1...Int.max, what: "a list of at least one cover's code"),
                otherwise: "all, and the gateway itself", "Alarms at these covers only."),
        ])
}
