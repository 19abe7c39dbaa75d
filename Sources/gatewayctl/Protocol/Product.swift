// What both programs say about themselves.

/// The product.
public enum Product {
    /// Its version, by the rules of Semantic Versioning.
    public static let version = "0.1.0"
}
