// YAML that our dialect does not have, and YAML that is none.
import GatewayConfig
import Testing

struct BrokenSyntaxTests {
    @Test("A broken gateway.yaml is refused with the place, what was expected and what stands there", arguments: syntax)
    func syntaxRefused(_ broken: Broken) throws {
        try broken.expectInGateway()
    }

    private static let syntax: [Broken] = [
        Broken(
            "a duplicate key", "language: zh,", "language: zh, language: en,",
            "site/gateway.yaml:2:45: error: gateway.language: this key stands here twice, first at line 2"),
        Broken(
            "an anchor and an alias", "kind: sewage\n    risk: [crowded, flood-prone]", "kind: &k sewage\n    risk: *k",
            """
            site/gateway.yaml:13:11: error: covers[0].kind: anchors ('&name') are not supported, write the value out where it \
            is needed
            """,
            "site/gateway.yaml:14:11: error: covers[0].risk: aliases ('*name') are not supported, write the value out"),
        Broken(
            "a merge key", "grid: \"320582110152102\"", "<<: {grid: x}",
            "site/gateway.yaml:17:5: error: covers[0]: merge keys ('<<') are not supported, write the keys out"),
        Broken(
            "a tag", "kind: sewage", "kind: !x sewage",
            """
            site/gateway.yaml:13:11: error: covers[0].kind: tags ('!name') are not supported, leave it out or put the text in \
            quotes
            """),
        Broken(
            "a second document", "alarms:\n", "---\nalarms:\n",
            "site/gateway.yaml:29:1: error: file: a second document ('---') is not supported, one file holds one document"),
        Broken(
            "a tab", "    kind: mqtt", "\tkind: mqtt",
            "site/gateway.yaml:34:1: error: uplinks.city: a tab stands here; indent with spaces"),
        Broken(
            "an open bracket", "    links:\n", "    links: [\n",
            """
            site/gateway.yaml:37:7: error: uplinks.city.links[0]: expected a value, or the bracket that closes the list or \
            section
            """),
        Broken(
            "text that needs quotes", "name: 人民路56号井", "name: %56",
            "site/gateway.yaml:12:11: error: covers[0].name: a value cannot start with '%'; put it in quotes"),
        Broken(
            "text with a colon", "name: 人民路56号井", "name: road: 56",
            """
            site/gateway.yaml:12:15: error: covers[0]: ':' is not expected here; keys of one section need the same indent, and \
            text with ': ' in it needs quotes
            """),
        Broken(
            "a quote that is not closed", "\"320582110152102\"", "\"320582110152102",
            """
            site/gateway.yaml:27:12: error: covers[0]: expected a key at the same indent as the others of its section (while \
            parsing a block mapping, which begins at line 10)
            """),
    ]
}
