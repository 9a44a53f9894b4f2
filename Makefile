# Keelson. `make` lists what there is.
.DEFAULT_GOAL := help
SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

INSTALLED := node_modules/.package-lock.json
BUILT := lib/.built
SOURCES := $(shell find src imports -name '*.ts' 2>/dev/null)
KEELSON := node lib/src/cli/bin.js

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Not `npm ci`: it refuses a lock file that lacks the builds of other platforms, which some registries do not carry.
$(INSTALLED): package.json package-lock.json
	npm install --no-save --no-audit --no-fund
	@touch $@

$(BUILT): $(INSTALLED) tsconfig.json tsconfig.build.json $(SOURCES)
	rm -rf lib
	npx tsc -p tsconfig.build.json
	npx tsx tools/bundle.ts
	@touch $@

.PHONY: build
build: $(BUILT) ## compile to lib/

.PHONY: synth
synth: $(BUILT) ## set up, then write dist/ for every platform
	$(KEELSON) synth

.PHONY: test
test: $(BUILT) ## set up, then all quick checks: types, lint, unit tests, freshness, kubeconform
	npx tsc -p tsconfig.json
	npx biome check --error-on-warnings
	npx knip
	npx vitest run
	npx tsx tools/fresh.ts
	npx tsx --conditions=keelson-source tools/kubeconform.ts

.PHONY: test-config
test-config: $(INSTALLED) ## run the configuration that we generate with the real programs (skips what is not here)
	test/programs/install
	npx vitest run --config test/programs/vitest.config.ts

.PHONY: golden
golden: $(BUILT) ## write the goldens anew: look at the difference before you commit it
	npx vitest run test/services test/operators test/wire --update
	npx tsx tools/orphan-goldens.ts

.PHONY: imports
imports: $(INSTALLED) ## collect types and schemas anew from their pinned sources (needs Go, Java and Maven)
	npx tsx tools/imports.ts

.PHONY: bench
bench: $(BUILT) ## measure against cdk8s, helm and kustomize on equal input
	npx tsx test/bench/run.ts

.PHONY: e2e
e2e: $(BUILT) ## prove dist/ on a real control plane with real Flux; make e2e only=apply,flux
	node --conditions=keelson-source --import tsx test/e2e/run.ts only=$(only) $(if $(platform),platform=$(platform))

.PHONY: e2e-tools
e2e-tools: $(INSTALLED) ## build the programs that e2e needs, and nothing else
	npx tsx test/e2e/tools/build.ts

.PHONY: clean
clean: ## remove what was built
	rm -rf lib .tools node_modules/.cache
