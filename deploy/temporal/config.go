package main

import (
	"net/netip"
	"time"

	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/metrics"
	"go.temporal.io/server/common/primitives"
)

// clusterName is stored in the file and may never change. It is the one the stock `temporal server start-dev` uses, so
// that either program can open the other's file.
const clusterName = "active"

// historyShards is stored in the file too, and cannot be changed later. One, because a shard writes one thing at a time
// and so does SQLite: with the poll rates of dynamicConfig, two, four or sixteen shards carry no more (measured), they
// only add queues that wait for the same connection.
const historyShards = 1

// serverConfig is the static configuration: all services on loopback ports of their own, all data in one store.
func serverConfig(at addresses, store *config.SQL) *config.Config {
	var c config.Config
	c.Global.Membership.MaxJoinDuration = 30 * time.Second
	c.Global.Membership.BroadcastAddress = dialable(at.frontend).Addr().String()
	if at.metrics.IsValid() {
		c.Global.Metrics = &metrics.Config{
			Prometheus: &metrics.PrometheusConfig{ListenAddress: at.metrics.String(), HandlerPath: "/metrics"},
		}
	}
	c.Persistence = config.Persistence{
		DefaultStore:     "sqlite-default",
		VisibilityStore:  "sqlite-default",
		NumHistoryShards: historyShards,
		DataStores:       map[string]config.DataStore{"sqlite-default": {SQL: store}},
	}
	c.ClusterMetadata = &cluster.Config{
		FailoverVersionIncrement: 10,
		MasterClusterName:        clusterName,
		CurrentClusterName:       clusterName,
		ClusterInformation: map[string]cluster.ClusterInformation{clusterName: {
			Enabled:                true,
			InitialFailoverVersion: 1,
			RPCAddress:             dialable(at.frontend).String(),
		}},
	}
	c.DCRedirectionPolicy.Policy = "noop"
	c.Services = map[string]config.Service{
		string(primitives.FrontendService): service(at.frontend),
		string(primitives.HistoryService):  service(at.history),
		string(primitives.MatchingService): service(at.matching),
		string(primitives.WorkerService):   service(at.worker),
	}
	c.Archival.History.State = "disabled"
	c.Archival.Visibility.State = "disabled"
	c.NamespaceDefaults.Archival.History.State = "disabled"
	c.NamespaceDefaults.Archival.Visibility.State = "disabled"
	c.PublicClient.HostPort = dialable(at.frontend).String()
	return &c
}

func service(at netip.AddrPort) config.Service {
	return config.Service{RPC: config.RPC{BindOnIP: at.Addr().String(), GRPCPort: int(at.Port())}}
}

// hosts tells each service where the others are. With a fixed list there is no membership protocol: no more ports, no
// seconds spent on joining, and nothing to wait out when a killed server comes back.
func hosts(at addresses) map[primitives.ServiceName]static.Hosts {
	only := func(a netip.AddrPort) static.Hosts { return static.SingleLocalHost(dialable(a).String()) }
	return map[primitives.ServiceName]static.Hosts{
		primitives.FrontendService: only(at.frontend),
		primitives.HistoryService:  only(at.history),
		primitives.MatchingService: only(at.matching),
		primitives.WorkerService:   only(at.worker),
	}
}

// dynamicConfig is what differs from the server's defaults. The keys are the server's own symbols, so the compiler
// knows them; the values need the exact type (int, not float64), which a test reads back.
func dynamicConfig(timerShift time.Duration) dynamicconfig.StaticClient {
	values := dynamicconfig.StaticClient{
		// Lists and counts: the default of 10 a second is spent by one open page of the UI.
		dynamicconfig.FrontendMaxNamespaceVisibilityRPSPerInstance.Key(): 100,
		// A search attribute registered at boot can be used at once, not a minute later.
		dynamicconfig.ForceSearchAttributesCacheRefreshOnRead.Key(): true,
		// Mutable states in memory: the default of 128,000 is made for a machine of its own.
		dynamicconfig.HistoryCacheHostLevelMaxSize.Key(): 8096,
		// One person's machine needs no fairness between tenants: SQLite sets the pace, and a limit below it would
		// turn a short queue into ResourceExhausted errors.
		dynamicconfig.FrontendRPS.Key():                        20_000,
		dynamicconfig.FrontendMaxNamespaceRPSPerInstance.Key(): 20_000,
		dynamicconfig.HistoryRPS.Key():                         50_000,
		dynamicconfig.MatchingRPS.Key():                        50_000,
		// The shard asks its queues for due work at most this often, and a timer costs two questions. The default of 20
		// makes a thousand short timers wait for each other by 100 to 300 ms and holds one shard to a third of what the
		// file can carry; at 1,000 they fire 1 to 10 ms late. An idle server asks no more than before.
		dynamicconfig.TimerProcessorMaxPollRPS.Key():    1_000,
		dynamicconfig.TransferProcessorMaxPollRPS.Key(): 1_000,
		// Four partitions of a task queue spread load over machines; on one they only forward to each other.
		dynamicconfig.MatchingNumTaskqueueReadPartitions.Key():  1,
		dynamicconfig.MatchingNumTaskqueueWritePartitions.Key(): 1,
		// The server would ask its makers for news. A local server makes no calls that nobody asked for.
		dynamicconfig.EnableServerVersionCheck.Key(): false,
	}
	if timerShift > 0 {
		values[dynamicconfig.TimerProcessorMaxTimeShift.Key()] = timerShift
	}
	return values
}
