package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// session runs lines of the console over one client.
type session struct {
	client  *client
	printer *printer
}

// newSession is a session with the daemon that the flags name.
func newSession(std stdio, link *linkFlags) (*session, error) {
	d, err := link.dialer()
	if err != nil {
		return nil, err
	}
	return &session{client: &client{dialer: d}, printer: &printer{out: std.out, json: link.json}}, nil
}

// execute runs one line; an empty one does nothing.
func (s *session) execute(ctx context.Context, input string) error {
	parsed, err := parseLine(input)
	if err != nil || parsed.command == "" {
		return err
	}
	if strings.EqualFold(parsed.command, "help") {
		return s.help(parsed.item)
	}
	c, ok := findCommand(parsed.command)
	if !ok {
		return unknownCommand(parsed.command)
	}
	request, err := c.request(parsed)
	if err != nil {
		return err
	}
	result, err := s.client.call(ctx, request.method, request.argument)
	if err != nil {
		return fmt.Errorf("%s: %w%s", c.name, err, nextStep(c, err))
	}
	return s.printer.result(c, result)
}

// help shows the help of one command, or of all.
func (s *session) help(name string) error {
	if name == "" {
		return s.printer.line(consoleHelp())
	}
	c, ok := findCommand(name)
	if !ok {
		return unknownCommand(name)
	}
	return s.printer.line(c.help())
}

// close ends the connection.
func (s *session) close() error { return s.client.close() }

// unknownCommand says what might have been meant.
func unknownCommand(name string) error {
	if near := nearest(name, commandNames()); near != "" {
		return usageErrorf("there is no command %s (did you mean %s?)", name, near)
	}
	return usageErrorf("there is no command %s (see: purser help)", name)
}

// nextStep is what an operator can do about an error of the daemon, "" where
// its text says all.
func nextStep(c command, err error) string {
	var remote *remoteError
	if !errors.As(err, &remote) {
		return ""
	}
	_, ofAccount := c.argument("Account")
	switch text := remote.text; {
	case strings.HasPrefix(text, "MANDATORY_IE_MISSING"):
		return fmt.Sprintf(" (give it as Name=value; see: help %s)", c.name)
	case strings.HasSuffix(text, "RATING_PLAN_NOT_FOUND"):
		return " (no price for this subject and destination: see ratingprofile and cost)"
	case strings.HasSuffix(text, "NOT_FOUND") && ofAccount:
		return " (see which there are: accounts)"
	case text == "INVALID_PATH":
		return " (it must be a folder below the daemon's tariffplan.dir; while that is empty, none can be loaded)"
	case strings.HasPrefix(text, "NOT_AUTHORIZED"):
		return " (the daemon's setting roles.json does not allow it on this listener)"
	case strings.HasPrefix(text, "rpc: can't find"):
		return " (is this a purserd?)"
	default:
		return ""
	}
}
