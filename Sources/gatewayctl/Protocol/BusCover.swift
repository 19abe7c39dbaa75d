// A cover that has to do with an answer about a bus: whoever reads `unit 3` has to know whose it is.

/// A cover as people find it.
public struct BusCover: Codable, Sendable, Equatable {
    /// The cover's code.
    public var cover: String
    /// What people call it.
    @Nullable public var coverName: String?
    /// Where it is, in words.
    @Nullable public var place: String?

    private enum CodingKeys: String, CodingKey {
        case cover, place
        case coverName = "cover_name"
    }

    /// - Parameters: as the properties.
    public init(cover: String, coverName: String? = nil, place: String? = nil) {
        self.cover = cover
        self.coverName = coverName
        self.place = place
    }
}
