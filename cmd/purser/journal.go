package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"purser/apier"
	"purser/engine"
	"purser/engine/store"
)

// journalFlags select what purser journal shows.
type journalFlags struct {
	from   uint64
	follow bool
}

// followPause is how long a follower waits when there is nothing new.
const followPause = 250 * time.Millisecond

// newJournalCommand prints journal entries.
func newJournalCommand(std stdio, link *linkFlags) *cobra.Command {
	flags := journalFlags{}
	cmd := &cobra.Command{
		Use:   "journal DIR|ADDR",
		Short: "Print the journal of a stopped daemon's folder, or of a running daemon",
		Long: `journal prints one line for each balance that an entry changed: the entry's number,
its time in UTC, what was done, the balance, its value before and after, and who asked.
With --json one JSON object a line. --follow goes on with what is still to come.`,
		Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			show := printEntry
			if link.json {
				show = func(w io.Writer, entry jsontext.Value) error {
					_, err := fmt.Fprintf(w, "%s\n", entry)
					return err
				}
			}
			each := func(entry jsontext.Value) error { return show(std.out, entry) }
			if info, err := os.Stat(args[0]); err == nil && info.IsDir() {
				if flags.follow {
					return usageErrorf("--follow wants the address of a running daemon, and %s is a folder", args[0])
				}
				return readJournalFolder(cmd.Context(), args[0], flags.from, each)
			}
			if !strings.Contains(args[0], ":") {
				return usageErrorf("%s is neither a folder nor host:port", printable(args[0]))
			}
			link.server = args[0]
			return flags.readDaemon(cmd.Context(), link, each)
		},
	}
	cmd.Flags().Uint64Var(&flags.from, "from", 1, "number of the first entry")
	cmd.Flags().BoolVarP(&flags.follow, "follow", "f", false, "wait for more until interrupted")
	return cmd
}

// readJournalFolder calls each for the entries of a folder.
func readJournalFolder(ctx context.Context, dir string, from uint64, each func(jsontext.Value) error) error {
	return store.ReadJournal(ctx, dir, from, func(e *engine.Entry) error {
		text, err := json.Marshal(apier.ShapeEntry(e))
		if err != nil {
			return fmt.Errorf("entry %d: %w", e.Seq, err)
		}
		return each(text)
	})
}

// readDaemon calls each for the entries of a running daemon, page by page.
func (f *journalFlags) readDaemon(ctx context.Context, link *linkFlags, each func(jsontext.Value) error) (err error) {
	dial, err := link.dialer()
	if err != nil {
		return err
	}
	daemon := &client{dialer: dial}
	defer func() { err = errors.Join(err, daemon.close()) }()
	for next := max(f.from, 1); ; {
		argument := jsontext.Value(fmt.Sprintf(`{"From":%d}`, next))
		result, err := daemon.call(ctx, "JournalSv1.GetEntries", argument)
		if err != nil {
			return err
		}
		var page []jsontext.Value
		if err := json.Unmarshal(result, &page); err != nil {
			return fmt.Errorf("JournalSv1.GetEntries: %w", err)
		}
		for _, entry := range page {
			if err := each(entry); err != nil {
				return err
			}
		}
		next += uint64(len(page))
		switch {
		case len(page) > 0:
		case !f.follow:
			return nil
		default:
			select {
			case <-ctx.Done():
				return nil // interrupted: that is how following ends
			case <-time.After(followPause):
			}
		}
	}
}

// journalLine is what a line for people shows of an entry. Amounts stay text.
type journalLine struct {
	Seq      uint64    `json:"seq"`
	At       time.Time `json:"at"`
	Op       string    `json:"op"`
	Origin   journalOrigin
	Accounts []struct {
		Tenant   string `json:"tenant"`
		Account  string `json:"account"`
		Postings []struct {
			ID     string         `json:"id"`
			UUID   string         `json:"uuid"`
			ToR    string         `json:"tor"`
			Before jsontext.Value `json:"before"`
			After  jsontext.Value `json:"after"`
		} `json:"postings"`
	} `json:"accounts"`
}

type journalOrigin struct {
	Face   string `json:"face"`
	Method string `json:"method"` // empty for what the daemon does itself
	Peer   string `json:"peer"`
}

// printEntry writes a line for each posting of an entry, or one for an entry
// that moves no balance.
func printEntry(w io.Writer, entry jsontext.Value) error {
	var l journalLine
	if err := json.Unmarshal(entry, &l, json.MatchCaseInsensitiveNames(true)); err != nil {
		return fmt.Errorf("journal entry: %w", err)
	}
	head := fmt.Sprintf("%8d  %s  %-12s", l.Seq, l.At.Format("2006-01-02 15:04:05.000"), l.Op)
	who := printable(l.Origin.Method + " " + l.Origin.Peer)
	if l.Origin.Method == "" {
		who = printable(l.Origin.Face)
	}
	lines := 0
	for _, a := range l.Accounts {
		name := a.Tenant + ":" + a.Account
		for _, p := range a.Postings {
			balance := p.ID
			if balance == "" {
				balance = p.UUID
			}
			lines++
			if _, err := fmt.Fprintf(w, "%s  %-24s %-10s %-20s %s -> %s  (%s)\n", head, printable(name),
				printable(p.ToR), printable(balance), p.Before, p.After, who); err != nil {
				return err
			}
		}
		if len(a.Postings) == 0 {
			lines++
			if _, err := fmt.Fprintf(w, "%s  %s  (%s)\n", head, printable(name), who); err != nil {
				return err
			}
		}
	}
	if lines > 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "%s  (%s)\n", head, who)
	return err
}
