// Serve is the simulated JMap Cloud as a program, on this machine only. It prints what a shell needs to use it, and serves until it
// is interrupted. To standard error it prints where people can look at the cloud:
//
//	go run ./internal/simulator/serve >cloud.env &
//	set -a; . ./cloud.env
//
// After two dashes it takes a command, runs it with a cloud of its own in the environment, and ends as the command ends:
//
//	go run ./internal/simulator/serve -members 3 -- terraform test
//
// It speaks dialects, ways in which the real cloud may differ, of which -dialects prints a list:
//
//	go run ./internal/simulator/serve -dialect transfer-ignored,resource-lists-keep-oldest:3
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator"
	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/simulator/portal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	var bad usageError
	var failed *exec.ExitError
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
	case errors.As(err, &failed):
		os.Exit(max(failed.ExitCode(), 1)) // a command that a signal ended has the code -1
	case errors.As(err, &bad):
		fmt.Fprintln(os.Stderr, "serve:", err)
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "serve:", err)
		os.Exit(1)
	}
}

// usageError is a command line that makes no sense.
type usageError struct{ error }

type options struct {
	address *net.TCPAddr
	seed    simulator.Seed
	speak   []string // the dialects
	list    bool     // print the dialects and end
	latency time.Duration
	log     bool
	command []string // to run while the cloud is up; empty to serve until stopped
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	flags.SetOutput(stderr)
	listen := flags.String("listen", "127.0.0.1:0", "loopback `address` and port to listen on; port 0 is any free one")
	flags.IntVar(&o.seed.Members, "members", 0, "how many members to seed, beside the administrator")
	flags.IntVar(&o.seed.APIKeys, "api-keys", 0, "how many API keys to seed")
	flags.IntVar(&o.seed.Invitations, "invitations", 0, "how many invitations to seed")
	flags.IntVar(&o.seed.Projects, "projects", 0, "how many projects to seed, with a data source for every second one")
	flags.DurationVar(&o.latency, "latency", 0, "how long each API request waits")
	flags.BoolVar(&o.log, "log", false, "write one line per request to stderr")
	dialects := flags.String("dialect", "", "the dialects to speak, as `name,name`; a number may follow a name after a colon")
	flags.BoolVar(&o.list, "dialects", false, "print the dialects, and end")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return o, err
	} else if err != nil {
		return o, usageError{err}
	}
	if o.command = flags.Args(); len(o.command) > 0 {
		if _, err := exec.LookPath(o.command[0]); err != nil {
			return o, usageError{fmt.Errorf("there is no command %q: %w", o.command[0], err)}
		}
	}
	if min(o.seed.Members, o.seed.APIKeys, o.seed.Invitations, o.seed.Projects) < 0 || o.latency < 0 {
		return o, usageError{errors.New("numbers and durations cannot be negative")}
	}
	if *dialects != "" {
		o.speak = strings.Split(*dialects, ",")
		if err := simulator.New().Speak(o.speak...); err != nil {
			return o, usageError{fmt.Errorf("-dialect: %w; see -dialects", err)}
		}
	}
	var err error
	o.address, err = loopback(*listen)
	return o, err
}

// loopback refuses what other machines could reach: the cloud has a known password, and controls without any.
func loopback(listen string) (*net.TCPAddr, error) {
	address, err := net.ResolveTCPAddr("tcp", listen)
	if err != nil {
		return nil, usageError{fmt.Errorf("-listen %q: %w", listen, err)}
	}
	if !address.IP.IsLoopback() {
		return nil, usageError{fmt.Errorf("-listen %q is not loopback: the simulator is for this machine only; use 127.0.0.1, [::1] or localhost", listen)}
	}
	return address, nil
}

// run serves until ctx ends, or the command that it was given.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	if o.list {
		return listDialects(stdout)
	}
	cloud := simulator.New()
	cloud.Seed(o.seed)
	if err := cloud.Speak(o.speak...); err != nil {
		return err
	}
	cloud.SetLatency(o.latency)
	listener, err := net.ListenTCP("tcp", o.address)
	if err != nil {
		return err
	}
	handler := portal.Handler(cloud)
	if o.log {
		handler = logged(handler, log.New(stderr, "", 0))
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(stderr, "", 0)}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()

	account := cloud.Account()
	variables := []string{
		"JMAPCLOUD_ENDPOINT=http://" + listener.Addr().String(), "JMAPCLOUD_ORGANIZATION_ID=" + account.OrganizationID,
		"JMAPCLOUD_USERNAME=" + account.Username, "JMAPCLOUD_PASSWORD=" + account.Password,
	}
	if len(o.command) > 0 {
		err = accompany(ctx, o.command, variables, stdout, stderr)
		_ = cloud.Close()
		return errors.Join(err, server.Close())
	}
	fmt.Fprintf(stderr, "The portal of the simulated cloud: http://%s%s\n", listener.Addr(), portal.Path)
	if _, err := fmt.Fprintln(stdout, strings.Join(variables, "\n")); err != nil {
		return errors.Join(err, server.Close())
	}
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	_ = cloud.Close()
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := server.Shutdown(last); err != nil {
		return server.Close()
	}
	return nil
}

// listDialects prints each dialect with its sentence, below the part of the cloud that it touches.
func listDialects(to io.Writer) error {
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	about := ""
	for _, d := range simulator.Dialects() {
		if d.About != about {
			about = d.About
			_, _ = fmt.Fprintf(table, "%s\n", about)
		}
		name := d.Name
		if d.Number > 0 {
			name += fmt.Sprintf("[:%d]", d.Number)
		}
		_, _ = fmt.Fprintf(table, "  %s\t%s\n", name, d.Says)
	}
	return table.Flush()
}

// accompany runs a command to its end. A signal reaches the command too, and a second one would make Terraform drop what it does:
// so none is passed on.
func accompany(ctx context.Context, command, variables []string, stdout, stderr io.Writer) error {
	cmd := exec.CommandContext(context.WithoutCancel(ctx), command[0], command[1:]...)
	cmd.Env = append(os.Environ(), variables...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, stdout, stderr
	return cmd.Run()
}

// statusWriter remembers the status for the log; 0 is a connection that was cut.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// logged writes method, path, status and duration: no query, no header, no body, and no invitation's token.
func logged(next http.Handler, to *log.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, start := r.URL.EscapedPath(), time.Now()
		if strings.HasPrefix(r.URL.Path, "/invitations/") {
			path = "/invitations/…"
		}
		writer := &statusWriter{ResponseWriter: w}
		defer func() {
			to.Printf("%s %s %d %s", r.Method, path, writer.status, time.Since(start).Round(10*time.Microsecond))
		}()
		next.ServeHTTP(writer, r)
	})
}
