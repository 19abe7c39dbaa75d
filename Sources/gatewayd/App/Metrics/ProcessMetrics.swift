// Metrics of the process, under the names that every Prometheus client library uses.

/// The daemon's process.
enum ProcessMetrics {
    static let processor = MetricFamily.counter(
        "process_cpu_seconds_total", unit: "seconds", "User and system time of the processor.")
    static let resident = MetricFamily.gauge("process_resident_memory_bytes", unit: "bytes", "Resident memory.")
    static let virtual = MetricFamily.gauge("process_virtual_memory_bytes", unit: "bytes", "Virtual memory.")
    static let descriptors = MetricFamily.gauge("process_open_fds", "Open file descriptors.")
    static let mostDescriptors = MetricFamily.gauge("process_max_fds", "How many file descriptors may be open.")
    static let threads = MetricFamily.gauge("process_threads", "Threads.")
    static let started = MetricFamily.gauge(
        "process_start_time_seconds", unit: "seconds", "As gatewayd_start_time_seconds, under the usual name.")

    static let group = MetricGroup(
        title: "Process",
        families: [processor, resident, virtual, descriptors, mostDescriptors, threads, started])

    static func add(_ figures: MetricsFigures, to set: inout MetricSet) {
        set.add(started, value: figures.started)
        guard let process = figures.process else { return }
        set.add(processor, value: process.processorSeconds)
        set.add(resident, value: process.residentBytes.map(Double.init))
        set.add(virtual, value: process.virtualBytes.map(Double.init))
        set.add(descriptors, value: process.openDescriptors.map(Double.init))
        set.add(mostDescriptors, value: process.mostDescriptors.map(Double.init))
        set.add(threads, value: process.threads.map(Double.init))
    }
}
