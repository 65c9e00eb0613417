package main

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/log"
)

// A value of the wrong type is ignored with a line in the log, so each one is read back the way the server does.
func TestDynamicConfigReachesTheServer(t *testing.T) {
	t.Parallel()
	c := dynamicconfig.NewCollection(dynamicConfig(10*time.Millisecond), log.NewNoopLogger())
	workflows := enums.TASK_QUEUE_TYPE_WORKFLOW
	for name, equal := range map[string]bool{
		"visibility rate":   dynamicconfig.FrontendMaxNamespaceVisibilityRPSPerInstance.Get(c)("default") == 100,
		"search attributes": dynamicconfig.ForceSearchAttributesCacheRefreshOnRead.Get(c)(),
		"history cache":     dynamicconfig.HistoryCacheHostLevelMaxSize.Get(c)() == 8096,
		"namespace rate":    dynamicconfig.FrontendMaxNamespaceRPSPerInstance.Get(c)("default") == 20_000,
		"frontend rate":     dynamicconfig.FrontendRPS.Get(c)() == 20_000,
		"history rate":      dynamicconfig.HistoryRPS.Get(c)() == 50_000,
		"matching rate":     dynamicconfig.MatchingRPS.Get(c)() == 50_000,
		"timer polls":       dynamicconfig.TimerProcessorMaxPollRPS.Get(c)() == 1_000,
		"transfer polls":    dynamicconfig.TransferProcessorMaxPollRPS.Get(c)() == 1_000,
		"read partitions":   dynamicconfig.MatchingNumTaskqueueReadPartitions.Get(c)("default", "email", workflows) == 1,
		"write partitions":  dynamicconfig.MatchingNumTaskqueueWritePartitions.Get(c)("default", "email", workflows) == 1,
		"version check":     !dynamicconfig.EnableServerVersionCheck.Get(c)(),
		"timer shift":       dynamicconfig.TimerProcessorMaxTimeShift.Get(c)() == 10*time.Millisecond,
		"updates": dynamicconfig.FrontendEnableUpdateWorkflowExecution.Get(c)("default") &&
			dynamicconfig.FrontendEnableUpdateWorkflowExecutionAsyncAccepted.Get(c)("default"),
	} {
		if !equal {
			t.Errorf("%s: the server would read another value", name)
		}
	}
	stock := dynamicconfig.NewCollection(dynamicConfig(0), log.NewNoopLogger())
	if got := dynamicconfig.TimerProcessorMaxTimeShift.Get(stock)(); got != time.Second {
		t.Errorf("timer shift %s without the flag, not the server's second", got)
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"--db x.db": "",
		"--db x.db --listen [::1]:0 --ui 0.0.0.0:80 --timer-shift 10ms --watch-stdin --log-level info": "",
		"":                                   "--db",
		"--db x.db extra":                    "extra",
		"--db x.db --listen localhost":       "-listen",
		"--db x.db --timer-shift -1s":        "--timer-shift",
		"--db x.db --log-level loud":         "-log-level",
		"--db x.db --namespace=":             "--namespace",
		"--db x.db --dynamic-config somekey": "-dynamic-config",
	} {
		var said strings.Builder
		_, err := parse(strings.Fields(line), &said)
		if (err != nil) != (want != "") || !strings.Contains(said.String(), want) {
			t.Errorf("%q: error %v, said %q; want it to name %q", line, err, said.String(), want)
		}
	}
	s, err := parse([]string{"--db", "x.db"}, io.Discard)
	check(t, err)
	if s.listen != netip.MustParseAddrPort("127.0.0.1:7233") || s.ui != netip.MustParseAddrPort("127.0.0.1:8233") || s.namespace != "default" {
		t.Errorf("defaults: %+v", s)
	}
}

func TestTakenPortIsNamed(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	defer taken.Close()
	free := netip.MustParseAddrPort("127.0.0.1:0")
	_, err = choose(settings{listen: free, ui: netip.MustParseAddrPort(taken.Addr().String())})
	if err == nil || !strings.Contains(err.Error(), "--ui "+taken.Addr().String()) {
		t.Errorf("error %v does not name the flag and the address", err)
	}
}

func TestSchemaIsCreatedOnce(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "temporal.db")
	check(t, os.WriteFile(file, nil, 0o600)) // what a process killed in its first moments leaves behind
	check(t, createSchema(t.Context(), file))
	check(t, createSchema(t.Context(), file))

	foreign := filepath.Join(t.TempDir(), "records.db")
	db, err := sql.Open("sqlite", foreign)
	check(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), "CREATE TABLE people (id INTEGER)")
	check(t, err)
	if err := createSchema(t.Context(), foreign); err == nil || !strings.Contains(err.Error(), "another program") {
		t.Errorf("a foreign file: %v", err)
	}
}

// Two servers on one file would each believe to own every workflow in it.
func TestOneServerPerFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "new", "temporal.db")
	held, err := lock(t.Context(), file)
	check(t, err)
	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := lock(impatient, file); !errors.Is(err, context.Canceled) {
		t.Errorf("a second server: %v", err)
	}
	check(t, held.Close())
	again, err := lock(t.Context(), file)
	check(t, err)
	check(t, again.Close())
}

// Versions that cannot be resolved, or that need a newer Go, are one careless `go get` away.
func TestPins(t *testing.T) {
	t.Parallel()
	mod, err := os.ReadFile("go.mod")
	check(t, err)
	for _, pin := range []string{
		"go 1.26.8\n",
		"github.com/temporalio/ui-server/v2 v2.54.1\n",
		"go.temporal.io/api v1.63.5\n",
		"go.temporal.io/auto-scaled-workers v0.2.0-1.32.0.158.0 ",
		"go.temporal.io/sdk v1.50.0\n",
		"go.temporal.io/server v1.32.0\n",
	} {
		if !strings.Contains(string(mod), pin) {
			t.Errorf("go.mod lacks %q", strings.TrimSpace(pin))
		}
	}
}
