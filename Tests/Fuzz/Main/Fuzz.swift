// libFuzzer's way in: the environment names the reader. Built by `make fuzz` alone.
import FuzzTargets
import Glibc

private let target = FuzzTargets.all.first { $0.name == getenv("FUZZ_TARGET").map { String(cString: $0) } }

/// Gives the reader one input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    guard let target else { preconditionFailure("FUZZ_TARGET names no reader") }
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    if let complaint = target.take(input) { preconditionFailure(complaint) }
    return 0
}
