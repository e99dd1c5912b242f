# RobbieBlocks. `make` alone lists what there is to make.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup build demo test soak lint format bench clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what a build and a site need, only what is missing
	@scripts/setup build run

build: ## Compile for release: .build/release/robbieblocks and, beside it, its render worker
	@scripts/setup build
	@scripts/compile
	@echo "$$(swift build -c release --show-bin-path)/robbieblocks"

demo: ## From a fresh machine to a built site: set-up, binary, database, node testpilot
	@scripts/demo

test: ## Set up, lint, compile and run the tests, except the long ones
	@scripts/test

soak: ## Run the long tests and checks; SOAK_ARGS="--minutes 20 PART ..."
	@scripts/soak $(SOAK_ARGS)

lint: ## Check the format of the sources, the scripts and the documents
	@scripts/lint

format: ## Rewrite the Swift sources in the project's format
	@swift format --in-place --parallel --recursive Package.swift Sources Tests

bench: ## Measure cold builds beside Hugo, edits, chat, search; BENCH_ARGS="--quick", or "--results"
	@scripts/setup build run bench
	@bench/run $(BENCH_ARGS)

clean: ## Remove compiled code and test output; the database and the built sites stay
	@rm -rf .build Tests/output bench/results
