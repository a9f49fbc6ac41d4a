# Slipway's front door. `make help` lists what there is.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup doctor lab lab-down lab-status env check test bench

# Which orchestrator the lab's clusters run: swarm or kubernetes; all for setup and test.
ORCHESTRATOR ?= swarm
# Which lab tests `make test` runs: the usual ones, or all, with those that take a quarter of an hour and more each.
TESTS ?= usual
# Where the lab keeps its things; absent means its default under the home directory.
export LAB_DIR

NODE := node --require tsx/cjs

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup: ## Check prerequisites, install packages, bring the tool chain
	@tools/bootstrap
	@$(NODE) tools/main.ts setup --for $(ORCHESTRATOR)

doctor: ## Say what is here of the tool chain, and from where
	@tools/bootstrap
	@$(NODE) tools/main.ts doctor --for $(ORCHESTRATOR)

lab: ## Stand up the lab: vCenter, machines, a cluster of ORCHESTRATOR (swarm, kubernetes), an application
	@tools/bootstrap --lab
	@$(NODE) lab/main.ts quickstart --orchestrator $(ORCHESTRATOR)

lab-down: ## Take the lab down and leave nothing behind
	@tools/bootstrap
	@$(NODE) lab/main.ts down

lab-status: ## What runs in the lab
	@tools/bootstrap
	@$(NODE) lab/main.ts status

env: ## Print the environment of the lab: eval "$$(make -s env)"
	@tools/bootstrap >&2
	@$(NODE) lab/main.ts env

check: ## Types, lint and format
	@tools/bootstrap
	@npm run --silent check

test: ## Check, unit tests, policy tests, lab tests of ORCHESTRATOR (swarm, kubernetes, all); TESTS=all: with nightly ones
	@tools/bootstrap --lab
	@$(NODE) tools/main.ts setup --for $(ORCHESTRATOR)
	@npm run --silent check
	@ORCHESTRATOR=$(ORCHESTRATOR) TESTS=$(TESTS) $(NODE) test/run.ts

bench: ## Every benchmark, paired with its peer; one JSON line per figure
	@tools/bootstrap --lab
	@npm run --silent bench
