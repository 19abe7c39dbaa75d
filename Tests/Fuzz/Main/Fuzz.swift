// libFuzzer's way in: the environment names the reader. Built by `make fuzz` alone.
import FuzzTargets
import Glibc

private let target = FuzzTargets.all.first { $0.name == getenv("FUZZ_TARGET").map { String(cString: $0) } }

/// Gives the reader one input; the name is libFuzzer's.
@_cdecl("LLVMFuzzerTestOneInput")
public func takeOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    if let complaint = target?.take(input) { preconditionFailure(complaint) }
    return 0
}

private typealias OneInput = @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32

/// Source: llvm.org, libFuzzer, «Using libFuzzer as a library».
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<Int32>, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ take: OneInput
) -> Int32

@main
struct Fuzz {
    static func main() {
        guard target != nil else { preconditionFailure("FUZZ_TARGET names no reader") }
        var count = CommandLine.argc
        var arguments = CommandLine.unsafeArgv
        exit(runDriver(&count, &arguments) { takeOneInput($0, $1) })
    }
}
