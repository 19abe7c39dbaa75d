# What there is to do here. `make demo` and `make test` need a Debian machine with a Swift toolchain and nothing else.
SWIFT ?= swift
FORMATTED = Package.swift Sources Tests
# Tests that stand on real time; the others compute, and make it as fast as they can.
ON_REAL_PARTS = ^(DeviceHALLinux|MQTTTransport|Platform|Outbox|Gateway|DiagnosticsClient)Tests\.

.PHONY: help dependencies build demo test unit end-to-end faults soak simulate fuzz sanitize board check format documents completions man release sizes bench clean

help: ## This list
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

dependencies: ## Install the Debian packages that are missing
	@scripts/install-dependencies.sh

build: dependencies ## Build both programs
	$(SWIFT) build --product gatewayd
	$(SWIFT) build --product gatewayctl

demo: dependencies ## Watch it work on one screen, about two minutes; DEMO="--seed 3 --speed 12" for another one
	@scripts/demo.sh $(DEMO)

test: unit end-to-end ## All tests, less than fifteen minutes on two cores: units, then the built programs on real parts

unit: dependencies ## The Swift tests; those on real wires, disks and sockets one at a time: a busy machine must not fail them
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --no-parallel --filter '$(ON_REAL_PARTS)'
	$(SWIFT) test --skip-build --skip '$(ON_REAL_PARTS)'

end-to-end: build ## The built programs on real parts
	$(SWIFT) build --product gateway-simulate
	scripts/end-to-end.sh

faults: build ## The long fault cases, at most twenty minutes, and the simulation by seed; FAULTS=short is a part of each
	$(SWIFT) build --build-tests
	TRACES=$(if $(filter short,$(FAULTS)),,long) $(SWIFT) test --skip-build --filter TraceTests
	FAULTS=$(or $(FAULTS),full) scripts/end-to-end.sh faults
	$(MAKE) simulate SEEDS=$(if $(filter short,$(FAULTS)),300,1000) SIMULATE="--hours 0.5"

simulate: dependencies ## The whole daemon by seed, on virtual time; SEEDS=1000 FIRST_SEED=1, SIMULATE="--hours 6 --log FILE" for more
	$(SWIFT) build -c release --static-swift-stdlib --product gateway-simulate
	@scripts/simulate.sh $(or $(SEEDS),20) $(or $(FIRST_SEED),1) $(SIMULATE)

soak: build ## Hours of everything at once, by a seed; SOAK=minutes (480), SEED=number (1)
	PYTHONPATH=Tests/EndToEnd PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 -m lab.soak $(or $(SOAK),480) $(or $(SEED),1)

fuzz: dependencies ## What reads bytes from outside, with libFuzzer and the address sanitizer; SECONDS=20 for each reader
	@scripts/fuzz.sh $(or $(SECONDS),20)

sanitize: dependencies ## The Swift tests under the address and the thread sanitizer; SANITIZE=thread is one of them
	@scripts/sanitize.sh $(SANITIZE)

board: dependencies ## The tests of GPIO lines on a real kernel, in the virtual board, with both versions of libgpiod
	scripts/board-tests.sh

check: dependencies ## Format, lint and the rules of the house
	$(SWIFT) format lint --strict --recursive --parallel $(FORMATTED)
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --filter TidyTests
	scripts/gpio-shim-versions.sh

format: ## Put the sources into the one format
	$(SWIFT) format --in-place --recursive --parallel $(FORMATTED)

documents: dependencies ## Write the pages that are made from files (docs/sensors.md, docs/alarms.md, docs/metrics.md, docs/simulation.md, tables of docs/configuration.md)
	$(SWIFT) build --build-tests
	GATEWAYD_WRITE_DOCUMENTS=1 $(SWIFT) test --skip-build --filter 'BoardFilesTests|GatewayConfigTests|MetricsPageTests'

completions: build ## What shells complete command lines with, in .build/share
	scripts/completions.sh .build/share .build/debug/gatewayd .build/debug/gatewayctl

man: build ## The manual pages, made from the programs' own help, in .build/share/man
	scripts/man-pages.py .build/share/man .build/debug/gatewayd .build/debug/gatewayctl

release: dependencies ## Static, stripped programs in .build/stripped, their manual pages and completions in its share
	@scripts/release.sh

sizes: release ## Sizes of the programs against their bounds
	@scripts/sizes.sh

bench: release ## What it costs beside a C program that does the same, with gates; BENCH=--quick is shorter
	$(SWIFT) build -c release --static-swift-stdlib -Xlinker --gc-sections --product decoder-bench
	$(SWIFT) build -c release --static-swift-stdlib -Xlinker --gc-sections --product engine-bench
	@$(MAKE) --silent -C Tests/Bench OUT=$(CURDIR)/.build/bench
	@PYTHONPATH=Tests/EndToEnd PYTHONDONTWRITEBYTECODE=1 BENCH_PROGRAMS=$(CURDIR)/.build/bench \
		DECODER_BENCH=$(CURDIR)/.build/release/decoder-bench ENGINE_BENCH=$(CURDIR)/.build/release/engine-bench \
		GATEWAYD=$(CURDIR)/.build/stripped/gatewayd GATEWAYCTL=$(CURDIR)/.build/stripped/gatewayctl \
		/usr/bin/python3 -m lab.measure $(BENCH)

clean: ## Remove what was built
	rm -rf .build
