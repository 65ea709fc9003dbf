// Terraform-provider-jmapcloud serves the JMap Cloud provider to Terraform and OpenTofu.
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/provider"
)

// version is set by the release build.
var version = "dev"

const (
	address = "registry.terraform.io/jmapcloud/jmapcloud"

	// Terraform kills a provider two seconds after it asked it to end.
	farewell = 1500 * time.Millisecond
)

func main() {
	debug := flag.Bool("debug", false, "serve until stopped, for a debugger such as delve")
	flag.Parse()

	factory := &provider.Factory{Version: version}
	signals := make(chan os.Signal, 1)
	serving, served := context.WithCancel(context.Background())
	if !*debug {
		// A CI job that is stopped, or a terminal that is closed, signals the whole process group. Terraform then ends its
		// providers itself, once they have told what they were doing; a provider that died at once would lose it. Where
		// SIGHUP ends Terraform at once, the provider notices that it is orphaned.
		signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
		if !signal.Ignored(syscall.SIGHUP) { // as nohup has it, where the run goes on
			signal.Notify(signals, syscall.SIGHUP)
		}
		provider.SilenceUnusedLogs()
		go func() {
			if provider.Orphaned(serving) == nil {
				factory.Interrupted = true
				cleanUp(context.WithoutCancel(serving), factory)
				os.Exit(1)
			}
		}()
	}

	err := providerserver.Serve(context.Background(), factory.New, providerserver.ServeOpts{Address: address, Debug: *debug})
	served()

	factory.Interrupted = len(signals) > 0
	cleanUp(context.Background(), factory)
	if err != nil {
		log.Fatal(err)
	}
}

// cleanUp ends what the run has opened at the cloud.
func cleanUp(ctx context.Context, factory *provider.Factory) {
	ctx, cancel := context.WithTimeout(provider.LogContext(ctx), farewell)
	defer cancel()
	factory.Close(ctx)
}
