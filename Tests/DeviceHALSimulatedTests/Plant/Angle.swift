// The arc function that the tests need, kept apart so that only one file needs the C library.
import Glibc

enum Angle {
    static func degrees(cosine: Double) -> Double { acos(cosine) * 180 / .pi }
}
