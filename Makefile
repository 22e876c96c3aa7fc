# The same commands for people and for CI. `make` alone lists them.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test check bench audit

# cargo-deny is built once, beside the other build products, unless the machine has it already.
DENY_VERSION := 0.20.2
DENY := $(shell command -v cargo-deny || echo target/tools/bin/cargo-deny)

help: ## list these commands
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/make \1\t\2/p' Makefile | expand -t 14

run: ## build, then serve a node with demonstration data on http://127.0.0.1:8080
	@cargo build --locked --package api --bins
	@cargo run --locked --bin enlace -- demo

test: ## have the tools of others read our files, then run every test on SQLite and on a PostgreSQL of its own
	@api/tests/readers/run
	@api/tests/with-postgres api/tests/on-each-database

check: $(DENY) ## formatting, lints, documentation, licences, sources, advisories
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps
	$(DENY) --log-level error --locked check --hide-inclusion-graph licenses bans sources
	@if GIT_TERMINAL_PROMPT=0 $(DENY) fetch db >/dev/null 2>&1; then \
		$(DENY) --log-level error --locked check --hide-inclusion-graph --disable-fetch advisories; \
	else \
		echo "advisories NOT CHECKED: their database could not be reached"; \
	fi

audit: ## hold a node against the public audit of GraphQL over HTTP (needs Node.js)
	@api/tests/audit/on-a-node

bench: ## measure the node beside the same SQL, on SQLite and PostgreSQL
	@api/tests/with-postgres cargo bench --locked --package api --bench house

target/tools/bin/cargo-deny:
	cargo install cargo-deny --locked --version $(DENY_VERSION) --root target/tools
