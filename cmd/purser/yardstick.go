package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/rpc"
	"net/rpc/jsonrpc"
	"time"

	"github.com/spf13/cobra"
)

// The yardstick is what a bench compares a daemon with: a bare net/rpc server
// with the standard library's JSON codec, whose methods decode the arguments
// that CGRateS decodes and answer "OK" at once. It stores nothing, so its rate
// is what the machine, the sockets and encoding/json leave to a daemon.

// newYardstickCommand is the hidden subcommand that a bench starts as a
// process of its own. It prints its address and serves until its standard
// input ends, so that it cannot outlive the bench.
func newYardstickCommand(stdin io.Reader) *cobra.Command {
	return &cobra.Command{
		Use:    "yardstick",
		Short:  "Serve the bare net/rpc server that bench compares with",
		Hidden: true,
		Args:   usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ln, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return fmt.Errorf("yardstick: %w", err)
			}
			if _, err := fmt.Fprintln(cmd.OutOrStdout(), ln.Addr()); err != nil {
				return errors.Join(err, ln.Close())
			}
			ctx, stop := context.WithCancelCause(cmd.Context())
			go func() {
				_, err := io.Copy(io.Discard, stdin)
				stop(err)
			}()
			return serveYardstick(ctx, ln)
		},
	}
}

// serveYardstick serves ln until ctx ends.
func serveYardstick(ctx context.Context, ln net.Listener) error {
	server := rpc.NewServer()
	err := errors.Join(server.RegisterName("APIerSv1", yardstickAccounts{}),
		server.RegisterName("Responder", yardstickResponder{}))
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	closed := make(chan error, 1)
	defer context.AfterFunc(ctx, func() { closed <- ln.Close() })()
	for {
		conn, err := ln.Accept()
		if ctx.Err() != nil {
			return <-closed
		}
		if err != nil {
			return errors.Join(fmt.Errorf("yardstick: %w", err), ln.Close())
		}
		go server.ServeCodec(jsonrpc.NewServerCodec(conn))
	}
}

// BalanceArgs are the arguments of SetBalance, AddBalance and DebitBalance as
// CGRateS declares them (AttrSetBalance, AttrAddBalance). net/rpc wants its
// name exported.
type BalanceArgs struct {
	Tenant          string
	Account         string
	BalanceType     string
	Value           float64
	Balance         map[string]any
	ActionExtraData map[string]any
	Overwrite       bool
	Cdrlog          bool
}

// CallDescriptor is the argument of Responder.Debit as CGRateS declares it.
type CallDescriptor struct {
	Category            string
	Tenant              string
	Subject             string
	Account             string
	Destination         string
	TimeStart           time.Time
	TimeEnd             time.Time
	LoopIndex           float64
	DurationIndex       time.Duration
	FallbackSubject     string
	RatingInfos         []map[string]any
	Increments          []map[string]any
	ToR                 string
	ExtraFields         map[string]string
	MaxRate             float64
	MaxRateUnit         time.Duration
	MaxCostSoFar        float64
	CgrID               string
	RunID               string
	ForceDuration       bool
	PerformRounding     bool
	DryRun              bool
	DenyNegativeAccount bool
	APIOpts             map[string]any
}

type yardstickAccounts struct{}

// SetBalance answers OK.
func (yardstickAccounts) SetBalance(_ *BalanceArgs, reply *string) error {
	*reply = "OK"
	return nil
}

// AddBalance answers OK.
func (yardstickAccounts) AddBalance(_ *BalanceArgs, reply *string) error {
	*reply = "OK"
	return nil
}

type yardstickResponder struct{}

// Debit answers OK.
func (yardstickResponder) Debit(_ *CallDescriptor, reply *string) error {
	*reply = "OK"
	return nil
}
