# Every target works on a fresh clone with Go alone; `make check` is what a change must pass.

VERSION  := $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
LDFLAGS  := -s -w -X main.version=$(VERSION)
FUZZTIME ?= 30s
# The race detector needs a C compiler; without one the tests run without it. It brings checkptr, which ends the
# process when bbolt looks at the files that tests have damaged.
RACE     := $(shell [ "$$(go env CGO_ENABLED)" = 1 ] && echo -race '-gcflags=go.etcd.io/bbolt/...=-d=checkptr=0')
REF      ?= main

.PHONY: build run demo test check fuzz bench bench-compare clean mutants

build:                ## bin/purserd and bin/purser
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/ ./cmd/purserd ./cmd/purser

run: build            ## the daemon on the embedded store; the tutorial tariff plan can be loaded
	PURSER_TARIFFPLAN_DIR="$${PURSER_TARIFFPLAN_DIR-data/tariffplans}" ./bin/purserd

demo: build           ## the user's documents against a throw-away daemon
	data/demo/demo.sh

test:                 ## the whole test suite
	go test $(RACE) -shuffle=on -timeout 8m ./...

check:                ## everything a change must pass
	.ci/run

mutants:              ## every planted bug is found; make test plants every third one
	PURSER_MUTANTS=all go test ./engine -run PlantedBug -timeout 30m

fuzz:                 ## every fuzz target for FUZZTIME
	FUZZTIME=$(FUZZTIME) .ci/fuzz

bench:                ## every benchmark
	go test -run='^$$' -bench=. -benchmem ./...

bench-compare:        ## benchmarks of REF against the working tree
	.ci/bench-compare $(REF)

clean:
	rm -rf bin
