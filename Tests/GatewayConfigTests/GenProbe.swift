import Testing
import Glibc
@Test func generateProbe() throws {
    let bench = try Workbench()
    for (file, sample, cases) in [
        ("g", Samples.gateway, probeG), ("p", Samples.gasHead, probeP), ("t", Samples.tiltMeter, probeT),
    ] {
        for (title, old, new) in cases {
            var lines: [String]
            if file == "g" {
                bench.write("site/gateway.yaml", sample.replacing(only: old, with: new)); lines = bench.errors()
            } else if file == "p" {
                bench.write("site/profiles/gas-head.yaml", sample.replacing(only: old, with: new));
                lines = bench.profileErrors("site/profiles/gas-head.yaml")
            } else {
                bench.write("boards/profiles/tilt-meter.yaml", sample.replacing(only: old, with: new));
                lines = bench.profileErrors("boards/profiles/tilt-meter.yaml")
            }
            print("@@\(file)\t\(title)")
            for line in lines { print("@>\(line.replacing(bench.folder, with: "FOLDER"))") }
        }
    }
}
