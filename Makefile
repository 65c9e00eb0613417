# What people do with Fairlead every day. POSIX shell only; CI calls nothing else.
.POSIX:
SHELL = /bin/sh
export CGO_ENABLED = 0
GO = go
BIN = bin

.PHONY: help build temporal faults demo test test-short test-temporal bench lint histories golden screenshots vendor-assets clean ci

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /|/' | awk -F'|' '{printf "  make %-14s %s\n", $$1, $$2}'

build: $(BIN)/fairlead-temporal ## build both programs into bin/
	@$(GO) build -o $(BIN)/fairlead .

temporal: $(BIN)/fairlead-temporal ## build the local Temporal server alone

$(BIN)/fairlead-temporal: deploy/temporal/go.mod deploy/temporal/go.sum $(wildcard deploy/temporal/*.go)
	@echo "Building the local Temporal server. The first time this takes five to ten minutes on two cores; it is kept afterwards."
	@mkdir -p $(BIN)
	cd deploy/temporal && $(GO) build -o ../../$(BIN)/fairlead-temporal .

faults: ## build the program that tests can break on purpose (never shipped)
	@$(GO) build -tags faults -o $(BIN)/fairlead-faults .

demo: build ## a cohort of 100 leaders through a whole year, before your eyes
	@$(BIN)/fairlead demo

test: build faults ## everything this machine can run
	$(GO) test -timeout 25m $$($(GO) list ./... | grep -v '^fairlead$$')
	$(GO) test -timeout 40m -parallel 3 .

test-short: ## rules and pages, no services
	$(GO) test -short ./...

test-temporal: $(BIN)/fairlead-temporal ## the local Temporal server's own test
	cd deploy/temporal && $(GO) vet ./... && $(GO) test -timeout 10m ./...

bench: build ## what a year costs, as ratios in one run
	$(GO) run ./bench

lint: ## formatting, vet, staticcheck, workflowcheck, import rules
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "gofmt would change:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...
	$(GO) vet -tags faults ./...
	$(GO) vet -tags record .
	$(GO) tool -modfile=tools/go.mod staticcheck ./...
	$(GO) tool -modfile=tools/go.mod workflowcheck ./workflows/...

histories: build faults ## record the histories that replay tests use, from a real server
	$(GO) test -tags record -count=1 -timeout 30m -run TestRecordHistories .

golden: ## rewrite the golden files of mails and routes
	$(GO) test ./email ./api/rest ./api/forms ./api/console -run "Golden|Routes|EveryRouteByEveryRole" -update

screenshots: ## draw every page at phone and desktop width into bin/screenshots
	@rm -rf $(BIN)/screenshots && mkdir -p $(BIN)/screenshots/forms $(BIN)/screenshots/console
	FAIRLEAD_PICTURES=$$PWD/$(BIN)/screenshots/forms $(GO) test -count=1 ./api/forms
	FAIRLEAD_PICTURES=$$PWD/$(BIN)/screenshots/console $(GO) test -count=1 ./api/console

vendor-assets: ## fetch the design system and the checker from npm again, and verify them
	@tools/vendor-assets.sh

clean: ## remove what was built
	rm -rf $(BIN)
