// Covers and their sensors as data.
import DeviceHAL
import SensorModel

extension Shapes {
    static let cover = SectionShape(
        "cover",
        [
            Key(
                "code", .text("the cover's unique code"), needed: "the cover's unique code, in quotes",
                "The cover's code, once in the file; first part of every point. At most 64 bytes without '/' and spaces."),
            Key(
                "scheme", .text("one of component16, digits19, regex:…", pattern: "component16|digits19|regex:.+"),
                needed: "component16, digits19 or regex:…",
                """
                What the code must look like: 16 digits with the county of `grid` first and class `01` in digits 7 and 8; 19 \
                digits; or the whole code matches the pattern.
                """),
            Key("name", .text(), "What people call it."),
            Key(
                "kind", coverKind, "What runs below it."),
            Key("risk", .list(.id), "Why it is watched, like `[crowded, flood-prone]`."),
            Key("location", .section(location), "Where it is."),
            Key("grid", .text("the grid's code"), "Unit grid code, in quotes; it begins with the county's code."),
            Key("responsibility_grid", .text(), "Responsibility grid."),
            Key("road", .text(), "Road section."),
            Key("competent", .text(), "Competent authority (主管)."),
            Key("owner", .text(), "Owner (权属)."),
            Key("maintainer", .text(), "Maintainer (养护)."),
            Key(
                "sensors", .named(.ids, .either([.section(modbusSensor), .section(lineSensor)])),
                "What sits at the cover, by id; the kind of the bus decides which keys there are."),
        ])

    static let coverKind = Shape.choice(["storm", "sewage", "water", "gas", "power", "telecom", "heat", "other"])

    static let location = SectionShape(
        "location",
        [
            Key("longitude", .number(-180...180, "degrees east from -180 to 180"), needed: "degrees east", "Degrees east."),
            Key("latitude", .number(-90...90, "degrees north from -90 to 90"), needed: "degrees north", "Degrees north."),
            Key(
                "crs", .choice(["CGCS2000", "WGS84"]), needed: "CGCS2000 or WGS84",
                "Reference system of the two; shifted ones (GCJ-02, BD-09) are refused."),
            Key("text", .text(), "Where, in words."),
            Key("rim_elevation", .value(.metre), "Elevation of the rim."),
            Key("invert_elevation", .value(.metre), "Elevation of the bottom, not above the rim."),
            Key("datum", .text(), "Height datum, like `\"1985\"`."),
        ])

    static let modbusSensor = SectionShape(
        "sensor on a Modbus bus",
        [
            Key("bus", .id, needed: "the id of a bus", "Where it is connected: a bus of this file."),
            Key(
                "unit", .integer(0...255), needed: "the device's address on the bus",
                "Address, once for each bus: 1 to 247 on a serial line and behind a serial server, 0 to 255 over TCP."),
            Key("profile", .id, needed: "the name of a sensor model", "Its sensor model."),
            Key(
                "every", reading, needed: "the time between readings, like 5 s",
                "Time between readings; once a second while its cover is in alarm, until the alarm has not moved for 10 min."),
        ] + place)

    /// A line of a chip, by its offset or its name.
    static let line = Shape.either([.integer(0...65_535), .text("the name of a line, like GPIO17")])

    static let lineSensor = SectionShape(
        "sensor on a GPIO bus",
        [
            Key("bus", .id, needed: "the id of a bus", "Where it is connected: a bus of this file."),
            Key(
                "line", line, needed: "the name of a line, like GPIO17, or its offset",
                "The line by its name, or by its offset as a whole number; once for each bus."),
            Key(
                "quantity", .choice(Quantity.allCases.filter { $0.unit == .one }.map(\.rawValue)),
                needed: "what the line's active state means, like cover-open", "What the line's active state means."),
            Key("active", .choice(["high", "low"]), or: "high", "The level that is the active state: value 1."),
            Key("bias", .choice(of: LineBias.self), or: "as-is", "What the chip pulls the line to."),
            Key(
                "debounce", .duration(.zero...LineSettings.longestDebounce), or: "0 s",
                "How long a level must hold before it is a change."),
            Key("every", reading, or: "60 s", "Time between reports of the state; changes are reported at once besides."),
        ] + place)

    private static let reading = Shape.duration(.milliseconds(100) ... .seconds(86_400))
    private static let place = [
        Key("serial", .text("a serial number"), "Serial number of the device; `device` in alarms."),
        Key(
            "installed", .text("a date like 2026-05-02", pattern: "[0-9]{4}-[0-9]{2}-[0-9]{2}"),
            "When it was installed, `YYYY-MM-DD`."),
        Key("mounted", .value(.metre), "How far below the rim it is mounted."),
    ]
}
