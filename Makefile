# Targets for users, developers and CI; `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
RELEASE := swift build -c release
# No test needs testable imports, and without them the tests share the build of the programs.
TEST := swift test -c release --disable-testable-imports
BINARY := .build/release/mim-repl
# A separate build, so that the usual one stays free of MPI.
MPI_FOLDER := .build-mpi
# Another again, as its flags differ; CI, which builds all with these flags, has it in .build.
STRICT_FOLDER := .build-strict
MPI_RELEASE := $(RELEASE) --traits MPI --scratch-path $(MPI_FOLDER)

.PHONY: help setup build mpi demo figures test test-sets test-browser test-editors test-examples faults stops fuzz sanitize test-mpi lint format docs bench bench-beside bench-bmi bench-again clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: ## install the Debian packages that are missing (sudo only when not root)
	@.ci/setup.sh base

build: setup ## build the release binaries
	$(RELEASE) --product mim-repl
	$(RELEASE) --product mim-bench

mpi: setup ## build mim-repl for mpirun and Slurm: .build-mpi/release/mim-repl
	@.ci/setup.sh mpi
	$(MPI_RELEASE) --product mim-repl
	$(MPI_RELEASE) --product mim-bench

demo: setup ## build, run notebooks/quickstart.mimnb and print where its report is
	$(RELEASE) --product mim-repl
	$(BINARY) run notebooks/quickstart.mimnb

# The notebooks whose reports and figures are committed; NOTEBOOKS=paper-2d selects one.
NOTEBOOKS := paper-2d paper-bottleneck animation tsne images ablations estimators methods flows

figures: setup ## run the paper's notebooks (three to four hours) and update their figures and reports
	$(RELEASE) --product mim-repl
	.ci/figures.sh $(BINARY) $(NOTEBOOKS)

test: setup ## run the whole test suite
	$(RELEASE) --product mim-repl
	$(RELEASE) --product mim-bench
	$(TEST)

test-sets: setup ## run the engine's tests and the reference files on each narrower instruction set
	$(RELEASE) --product mim-repl
	Tests/test-sets.sh $(BINARY)

test-browser: setup ## open reports, maps and a watched notebook in headless Chromium and check what they show
	@.ci/setup.sh browser
	$(RELEASE) --product mim-repl
	Tests/Browser/run.sh $(BINARY)
	Tests/Browser/watch.py $(BINARY)
	Tests/Browser/reports.py $(BINARY)
	Tests/Browser/map.py $(BINARY)

test-editors: setup ## try the language server and the highlighting in neovim, and the lexer in Pygments
	@.ci/setup.sh editors
	$(RELEASE) --product mim-repl
	Tests/Editors/run.sh $(BINARY)

# Its notebook trains with an objective, a posterior and a verb from outside this package.
EXAMPLE_BUILD := --package-path Examples/OwnObjective --scratch-path .build-examples
test-examples: setup ## build the program in Examples, which extends mim-repl from outside, and run it
	$(RELEASE) $(EXAMPLE_BUILD)
	Tests/examples.sh .build-examples/release/own-mim-repl

# How often each is disturbed: make faults COUNT=200
COUNT := 50
faults: setup ## kill, starve and damage trainings, sweeps and stores, and check that nothing is lost in silence
	$(RELEASE) --product mim-repl
	Tests/Faults/run.py $(BINARY) --count $(COUNT)

stops: setup ## time how soon long work shows progress and obeys Ctrl-C
	$(RELEASE) --product mim-repl
	Tests/Faults/stops.py $(BINARY)

# Seconds for all readers together: make fuzz SECONDS=3600; READERS="csv npy" selects some.
SECONDS := 60
READERS :=
FUZZ_FOLDER := .build-fuzz
# FUZZ_BUILD=debug is built five times as fast, and tries fewer inputs a second.
FUZZ_BUILD := release
fuzz: setup ## hand made-up scripts and files to every reader, with libFuzzer and the address sanitizer
	$(RELEASE) --product mim-repl
	MIM_FUZZ=1 swift build -c $(FUZZ_BUILD) --product mim-fuzz --scratch-path $(FUZZ_FOLDER) \
	  --sanitize address --sanitize fuzzer
	Tests/Fuzz/run.py --seconds $(SECONDS) $(if $(READERS),--only $(READERS) --) \
	  $(FUZZ_FOLDER)/$(FUZZ_BUILD)/mim-fuzz $(BINARY)

# In parts: make sanitize KINDS=address-release TARGETS="MIMCPUTests MIMModelsTests.ImageFlowTests"
KINDS := address address-release thread
TARGETS :=
sanitize: setup ## run the suite under the address, undefined-behaviour (C) and thread sanitizers (hours; KINDS=, TARGETS= select)
	for kind in $(KINDS); do Tests/sanitize.sh $$kind $(TARGETS) || exit 1; done

test-mpi: mpi ## compare two ranks on this machine with one process
	Tests/Cluster/run.sh $(MPI_FOLDER)/release/mim-repl

lint: setup ## check the formatting rules, and build with warnings as errors
	swift format lint --strict --recursive --parallel Package.swift Sources Tests Examples
	MIM_WARNINGS_AS_ERRORS=1 $(RELEASE) --build-tests --scratch-path $(STRICT_FOLDER)

format: ## format the sources
	swift format --in-place --recursive --parallel Package.swift Sources Tests Examples

docs: setup ## write the generated parts of docs/
	$(RELEASE) --product mim-repl
	$(BINARY) reference --write docs/language.md
	$(BINARY) reference --methods --write docs/methods.md

# The instruction set of our code and of the other libraries: make bench ISA=avx2; empty: the widest.
BENCH_SET := $(if $(ISA),--isa $(ISA))

bench: setup ## compare our times with those of other libraries; ISA=baseline|avx2 restricts both
	@.ci/setup.sh bench
	$(RELEASE) --product mim-bench
	$(RELEASE) --product mim-repl
	Tests/Benchmarks/run.py $(BENCH_SET) .build/release/mim-bench
	$(MAKE) --no-print-directory mpi
	Tests/Benchmarks/run.py $(BENCH_SET) $(MPI_FOLDER)/release/mim-bench --only mpi-step mpi-step-mlp
	Tests/Benchmarks/analysis.py $(BENCH_SET) .build/release/mim-bench
	Tests/Benchmarks/tables.py $(BINARY)

bench-beside: setup ## measure two runs at once, and one next to stress-ng, relative to one alone
	@.ci/setup.sh bench
	$(RELEASE) --product mim-bench
	Tests/Benchmarks/beside.py .build/release/mim-bench

bench-bmi: setup ## run KSG within the program of the Beyond-Normal benchmark, beside its own
	$(RELEASE) --product mim-repl
	Tests/Benchmarks/bmi.sh $(BINARY)

# make bench-again AGAIN="--quick" for a smoke test, AGAIN="toy tsne" for some notebooks.
AGAIN :=
bench-again: setup ## measure notebooks that run first, again, and after a change
	$(RELEASE) --product mim-repl
	Tests/Benchmarks/again.py --program $(BINARY) $(AGAIN)

clean: ## remove build products and the output of notebooks
	rm -rf .build .build-address .build-address-release .build-thread .build-strict .build-examples $(FUZZ_FOLDER) $(MPI_FOLDER) out
