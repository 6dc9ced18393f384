# The few commands a newcomer needs. Everything else is cargo.

CARGO ?= cargo
PREFIX ?= $(HOME)/.local
TARGET = $(or $(CARGO_TARGET_DIR),target)

.PHONY: help demo test lint soak bench pictures install ready

help: ## Say what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

demo: ready ## Build stepmark and show it on throwaway PostgreSQL servers
	$(CARGO) build --release --locked -p stepmark
	$(TARGET)/release/stepmark demo

test: ready lint ## Check style, then run every test
	$(CARGO) test --workspace --locked --no-fail-fast

lint: ## Check formatting and lints, as far as rustfmt and clippy are installed
	@if $(CARGO) fmt --version >/dev/null 2>&1; then \
	    echo '$(CARGO) fmt --all --check'; $(CARGO) fmt --all --check; \
	else \
	    echo 'lint: rustfmt is not installed, formatting was not checked (rustup component add rustfmt)'; \
	fi
	@if $(CARGO) clippy --version >/dev/null 2>&1; then \
	    echo '$(CARGO) clippy --workspace --all-targets --locked -- -D warnings'; \
	    $(CARGO) clippy --workspace --all-targets --locked -- -D warnings; \
	else \
	    echo 'lint: clippy is not installed, lints were not checked (rustup component add clippy)'; \
	fi

soak: ready ## Run the tests that read STEPMARK_SOAK with their large counts (takes long)
	@echo 'soak: these tests raise their counts:'
	@grep -rlE 'STEPMARK_SOAK|\bsoak\(' --include='*.rs' crates tests | sed 's/^/  /' | sort
	STEPMARK_SOAK=1 $(CARGO) test --workspace --locked --release

bench: ready ## Measure parts and the program beside psql, bash and tee (half an hour and more; BENCH='--scale 0.05' for less)
	$(CARGO) bench --locked -p stepmark-tui -p stepmark-parse -p stepmark-journal --bench frame --bench parse --bench verify
	$(CARGO) bench --locked -p stepmark-tests --bench budgets -- $(BENCH)

pictures: ready ## Make the pictures of README and docs from the real program
	$(CARGO) run --quiet --locked -p stepmark-tests --bin pictures

install: ready ## Build stepmark and copy it to $(PREFIX)/bin
	$(CARGO) build --release --locked -p stepmark
	install -d '$(DESTDIR)$(PREFIX)/bin'
	install -m 755 '$(TARGET)/release/stepmark' '$(DESTDIR)$(PREFIX)/bin/stepmark'

ready:
	@command -v $(CARGO) >/dev/null 2>&1 || { \
	    echo 'Rust is missing: install it from https://rustup.rs, then start again' >&2; exit 1; }
	@scripts/ensure-postgres
