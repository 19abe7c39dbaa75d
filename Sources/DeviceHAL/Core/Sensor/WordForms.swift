// What neighbouring words may mean, in every type and order: for who holds a manual against a device.
import SensorModel

/// One reading of some words.
public struct WordForm: Sendable, Equatable {
    /// Index of the first word.
    public var offset: Int
    /// Number of words.
    public var count: Int
    /// The type.
    public var type: RegisterType
    /// Which word comes first.
    public var wordOrder: Order
    /// Which byte of a word comes first.
    public var byteOrder: Order
    /// The value as a person writes it.
    public var value: String
}

extension WordForm {
    /// The most words that are looked at: more of them side by side help nobody.
    public static let mostWords = 16

    /// Every number that the words may be, wherever it may begin; what is no number in a type is left out.
    public static func all(of words: [UInt16]) -> [WordForm] {
        let words = Array(words.prefix(mostWords))
        return words.indices.flatMap { offset in
            types.flatMap { type -> [WordForm] in
                let count = type.registers ?? 1
                guard offset + count <= words.count else { return [] }
                return orders(of: type).compactMap { wordOrder, byteOrder in
                    let field = RegisterField(
                        table: .holding, address: 0, type: type, wordOrder: wordOrder, byteOrder: byteOrder)
                    guard case .good(let value) = RegisterDecoder.number(of: field, words: Array(words[offset..<offset + count]))
                    else { return nil }
                    let bits = bits(of: words[offset..<offset + count], wordOrder, byteOrder)
                    return WordForm(
                        offset: offset, count: count, type: type, wordOrder: wordOrder, byteOrder: byteOrder,
                        value: text(value, bits, type))
                }
            }
        }
    }

    private static let types: [RegisterType] = [
        .uint16, .int16, .bcd16, .uint32, .int32, .float32, .bcd32, .uint64, .int64, .float64,
    ]

    private static func orders(of type: RegisterType) -> [(Order, Order)] {
        let both: [Order] = [.big, .little]
        return type.registers == 1 ? both.map { (.big, $0) } : both.flatMap { word in both.map { (word, $0) } }
    }

    /// The words as one number, most significant bit first.
    private static func bits(of words: ArraySlice<UInt16>, _ wordOrder: Order, _ byteOrder: Order) -> UInt64 {
        let inOrder = wordOrder == .big ? Array(words) : words.reversed()
        return inOrder.reduce(0) { $0 << 16 | UInt64(byteOrder == .big ? $1 : $1.byteSwapped) }
    }

    private static func text(_ value: Double, _ bits: UInt64, _ type: RegisterType) -> String {
        switch type {
        case .float32: "\(Float(value))"
        case .float64: "\(value)"
        // Above 2^53 not every whole number is a Double.
        case .uint64: "\(bits)"
        case .int64: "\(Int64(bitPattern: bits))"
        default: "\(Int64(value))"
        }
    }
}
