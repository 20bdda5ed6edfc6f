# Twotick: every task of building, running and testing. What is missing on the machine is installed on the way.
.PHONY: help run demo test test-all check fmt size bench screens

help: ## List the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

run: ## Build for release and serve on http://127.0.0.1:3000 with data in ./data
	@scripts/run serve

demo: ## The same with people, connections and conversations to look at
	@scripts/run demo

test: ## Run every test: Rust, documentation, browser
	@scripts/test

test-all: ## Run them with long property tests
	@scripts/test all

check: ## Check format, lints and types only
	@scripts/setup test
	@scripts/check

fmt: ## Format the Rust code
	@cargo fmt --all

size: ## Print what the browser downloads, beside its budgets
	@scripts/setup run
	@scripts/site
	@scripts/size

screens: ## Draw the pictures of docs/screens.md anew, where they have changed
	@scripts/screens

bench: ## Measure messages per CPU second and memory per socket on this machine
	@scripts/setup run
	@scripts/site
	@scripts/bench
