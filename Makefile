# Everything that a person does with Bookend from a checkout. `make` alone lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test simulate build format lint bench clean dependencies
MAKEFLAGS += --no-print-directory

# The libraries that the program links, and the time zone rules that it reads.
LIBRARIES := libsqlite3-dev libcurl4-openssl-dev libssl-dev libmicrohttpd-dev pkg-config tzdata
# tzdata 2026a is the first that knows the changes of 2026 on which the scenarios rest.
OLDEST_TZDATA := 2026a
# Where the demo keeps its database, its key file and its outbox.
DATA ?= var
PYTHON := .build/python/bin/python
PYTHON_READY := .build/python/ready
CYRUS_READY := .build/cyrus/ready
SWIFT_FOLDERS := Package.swift Sources Tests

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The server has to be the terminal's foreground group by itself (`set -m`): otherwise Ctrl-C would
# reach make too, and make would report a clean shutdown as a failure.
run: dependencies ## build for release and start the demo on http://127.0.0.1:8080 (data under var/)
	@swift build -c release --product bookend
	@if [ -t 0 ] && [ -t 1 ]; then set -m; .build/release/bookend demo --data $(DATA); \
	  else exec .build/release/bookend demo --data $(DATA); fi

test: dependencies test-dependencies $(PYTHON_READY) $(CYRUS_READY) lint ## lint, unit tests, real servers, a browser
	swift build --build-tests
	swift test --skip-build
	swift build -c release --product bookend
	$(PYTHON) Tests/Interop/check_icalendar.py
	swift build -c release --product BookendBench
	$(PYTHON) Tests/Benchmarks/bench.py --quick
	$(PYTHON) -m pytest Tests/Interop Tests/Browser

# Hashing is seeded by the process otherwise, and a seed should tell the same story each time.
SEEDS ?= 10000
FIRST ?= 1
simulate: dependencies ## live SEEDS=n histories from seed FIRST=1 on; BOOKEND_SEED=n lives one again
	swift build --build-tests
	SWIFT_DETERMINISTIC_HASHING=1 BOOKEND_SEEDS=$(SEEDS) BOOKEND_FIRST_SEED=$(FIRST) \
	  swift test --skip-build --filter SimulationTests

build: dependencies ## build for debugging
	swift build

format: ## rewrite the Swift sources in our style
	swift format -i -r -p $(SWIFT_FOLDERS)

lint: ## check the Swift sources against our style
	swift format lint --strict -r -p $(SWIFT_FOLDERS)

# SECTIONS=lanes,history for some of it; QUICK=yes for whether it runs at all.
bench: dependencies bench-dependencies $(PYTHON_READY) ## measure everything beside its limits; SECTIONS=a,b for some
	swift build -c release
	$(PYTHON) Tests/Benchmarks/bench.py --sections '$(SECTIONS)' $(if $(QUICK),--quick)

clean: ## remove what was built (the demo's data stays)
	rm -rf .build

dependencies: ## install the Debian packages that are missing
	@command -v swift >/dev/null \
	  || { echo "Swift 6.3 or later has to be on the path: www.swift.org/install" >&2; exit 1; }
	@$(call install,$(LIBRARIES))
	@$(call require_tzdata)

.PHONY: python-dependencies test-dependencies bench-dependencies
python-dependencies:
	@$(call install,$(call unless_command,python3,python3) \
	  $(shell python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv))

test-dependencies:
	@$(call install,$(call unless_command,chromium,chromium))

bench-dependencies:
	@$(call install,$(call unless_command,wrk,wrk))

# Made anew only when what it should hold changes. Nothing is compiled ahead: Microsoft's client has
# some seventeen thousand modules, of which a test imports a few dozen.
$(PYTHON_READY): Tests/Interop/requirements.txt | python-dependencies
	rm -rf .build/python
	python3 -m venv .build/python
	$(PYTHON) -m pip install --quiet --no-compile --disable-pip-version-check \
	  -r Tests/Interop/requirements.txt
	touch $@

# A CalDAV server that invites guests itself (RFC 6638), for the tests. Its libraries are installed; the
# server is only unpacked, because installing it would start it and make a mail server of this machine.
# The virus scanner belongs to a tool that is not used.
CYRUS := cyrus-common cyrus-caldav cyrus-imapd
$(CYRUS_READY):
	@rm -rf .build/cyrus && mkdir -p .build/cyrus
	@$(APT) update -q </dev/null || true
	@$(call install,$$(apt-cache depends $(CYRUS) | sed -n 's/^ *Depends: \(lib[^ ]*\)/\1/p' \
	  | grep -v clamav | sort -u))
	cd .build/cyrus && apt-get -q download $(CYRUS)
	@for package in .build/cyrus/*.deb; do dpkg -x "$$package" .build/cyrus/root; done
	@touch $@

# $(call unless_command,COMMAND,PACKAGE): the package when nothing on the path provides the command.
unless_command = $(if $(shell command -v $(1)),,$(2))

APT := $(if $(filter 0,$(shell id -u)),,sudo) env DEBIAN_FRONTEND=noninteractive apt-get -y \
  -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3

# $(call apt,COMMAND): on fresh lists; some other repository of the machine's may be out of order.
apt = { $(APT) update -q </dev/null || true; $(APT) $(1) </dev/null; }

# $(call install,PACKAGES): those of them that are not installed, and no network when all are.
define install
missing=""; \
for package in $(1); do \
  [ "$$(dpkg-query -W -f '$${db:Status-Status}' $$package 2>/dev/null)" = installed ] \
    || missing="$$missing $$package"; \
done; \
if [ -n "$$missing" ]; then \
  command -v apt-get >/dev/null \
    || { echo "no apt-get here; install what Debian calls:$$missing" >&2; exit 1; }; \
  echo "installing:$$missing"; \
  $(call apt,install -q --no-install-recommends $$missing) \
    || { echo "they are needed; as root: apt-get install$$missing" >&2; exit 1; }; \
fi
endef

define require_tzdata
tzdata() { dpkg-query -W -f '$${Version}' tzdata; }; \
if dpkg --compare-versions "$$(tzdata)" lt $(OLDEST_TZDATA); then \
  echo "upgrading tzdata $$(tzdata): older than $(OLDEST_TZDATA)"; \
  $(call apt,install -q --only-upgrade tzdata) || true; \
  if dpkg --compare-versions "$$(tzdata)" lt $(OLDEST_TZDATA); then \
    echo "warning: tzdata stays $$(tzdata); zones that have changed since are wrong" >&2; \
  fi; \
fi
endef
