// Messages taken apart by somebody else's JSON parser.
import Foundation

/// A JSON object's members.
func members(_ text: String) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
}

/// Whether a member is there and is null.
func isNull(_ member: Any?) -> Bool { member is NSNull }
