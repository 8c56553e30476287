# Two commands for a fresh machine with a Swift 6 toolchain: `make demo` and `make test`. See `make help`.

PREFIX ?= /usr/local
SWIFT ?= swift
PYTHON ?= python3
FOVEA := .build/release/fovea
SECONDS ?= 60
SEED ?= $(shell date +%s)
FILTER ?= .*
RUN := notebooks-data/sum-before-delimiter

# Debian packages: libraries to build with, gnuplot to draw with, a font, and pdffonts for the tests.
PACKAGES := libhdf5-dev libopenblas-dev libgnuplot-iostream-dev libboost-iostreams-dev libboost-filesystem-dev \
	libboost-system-dev libzip-dev gnuplot-nox fonts-urw-base35 pkg-config poppler-utils

.PHONY: help packages build demo test fuzz lint format verify-data install uninstall test-keras test-browser bench bench-peers bench-scaling clean

help:
	@echo "make demo         install what is missing, build, and analyse the bundled Keras run into fovea-demo/"
	@echo "make test         install what is missing, check format and data, run every test"
	@echo "make build        build the release binary, $(FOVEA)"
	@echo "make install      copy it to PREFIX/bin (PREFIX=$(PREFIX))"
	@echo "make packages     install the system packages only"
	@echo "make lint         check the source format;  make format  mend it"
	@echo "make test-keras   compare with live Keras, both ways (sets up a Python environment in .venv-keras)"
	@echo "make bench        measure Fovea by itself (Benchmarks/; FILTER= takes some);  make bench-scaling  how analyses scale"
	@echo "make bench-peers  measure it beside Keras, PyTorch, Captum, SciPy and Quantus (sets up .venv-peers)"
	@echo "make test-browser  open the report of the bundled run in headless Chromium (Debian: chromium)"
	@echo "make fuzz         show the program damaged checkpoints for SECONDS=$(SECONDS); SEED= repeats a run"
	@echo "make clean        remove what was built"

packages:
	@sh scripts/install-packages.sh $(PACKAGES)

build: packages
	$(SWIFT) build -c release --static-swift-stdlib --product fovea

demo: build
	$(FOVEA) analyze $(RUN) --data $(RUN)/probes.h5:/rnd256 --delimiter 0 -o fovea-demo

test: packages lint verify-data
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build

fuzz: build
	$(SWIFT) build -c release --static-swift-stdlib --product FoveaFuzz
	.build/release/FoveaFuzz $(FOVEA) Tests/Fixtures fuzz-findings $(SECONDS) $(SEED)

lint:
	$(SWIFT) format lint --strict -r Sources Tests Benchmarks/Benchmarks Benchmarks/Sources Package.swift Benchmarks/Package.swift

format:
	$(SWIFT) format -i -r Sources Tests Benchmarks/Benchmarks Benchmarks/Sources Package.swift Benchmarks/Package.swift

verify-data:
	@cd $(RUN) && if command -v sha256sum >/dev/null; then sha256sum --quiet -c SHA256SUMS; \
		else shasum -a 256 --quiet -c SHA256SUMS; fi

install: build
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 $(FOVEA) "$(DESTDIR)$(PREFIX)/bin/fovea"

uninstall:
	rm -f "$(DESTDIR)$(PREFIX)/bin/fovea"

.venv-keras: scripts/requirements-keras.txt
	$(PYTHON) -m venv .venv-keras
	.venv-keras/bin/pip install --quiet -r scripts/requirements-keras.txt
	touch .venv-keras

test-keras: build .venv-keras
	rm -rf .build/keras-check
	$(FOVEA) analyze $(RUN) --data $(RUN)/probes.h5:/rnd256 --delimiter 0 -o .build/keras-check --no-render --quiet
	.venv-keras/bin/python scripts/check_against_keras.py .build/keras-check
	.venv-keras/bin/python scripts/check_writing_against_keras.py $(FOVEA)

test-browser: build
	rm -rf .build/browser-check
	$(FOVEA) analyze $(RUN) --data $(RUN)/probes.h5:/rnd256 --delimiter 0 -o .build/browser-check --quiet
	sh scripts/check_report.sh .build/browser-check/report.html .build/browser-check/pictures

.venv-bench:
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install --quiet h5py numpy

bench: packages .venv-bench
	.venv-bench/bin/python scripts/bench_models.py .build/bench-models
	cd Benchmarks && FOVEA_BENCH_MODELS="$(CURDIR)/.build/bench-models" $(SWIFT) package benchmark --filter '$(FILTER)'

bench-peers: build
	$(SWIFT) build -c release --package-path Benchmarks --product FoveaPeer
	sh scripts/bench_peers.sh $(ARGUMENTS)

bench-scaling: build .venv-bench
	.venv-bench/bin/python scripts/bench_scaling.py $(ARGUMENTS)

clean:
	rm -rf .build Benchmarks/.build fovea-demo
