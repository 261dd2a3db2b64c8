package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// consoleHelp is the help of the console as a whole.
func consoleHelp() string {
	var help strings.Builder
	help.WriteString("COMMAND Name=value ...\n\n")
	for _, c := range commands() {
		fmt.Fprintf(&help, "  %-20s %s\n", c.name, c.about)
	}
	help.WriteString(`  help COMMAND         show the arguments of a command
  quit                 end (also exit, bye, close, Ctrl-D)

A value is JSON ("text", [list], {object}), 'text', or a bare word. Names match
in any case. \* is *. A line that starts with # is a comment.`)
	return help.String()
}

// help is the help of one command.
func (c command) help() string {
	var help strings.Builder
	fmt.Fprintf(&help, "%s: %s\nCalls %s.\n", c.name, c.about, c.method)
	if len(c.aliases) > 0 {
		fmt.Fprintf(&help, "Also called %s.\n", strings.Join(c.aliases, ", "))
	}
	for _, preset := range c.preset {
		fmt.Fprintf(&help, "Preset: %s=%s\n", preset.name, preset.value)
	}
	switch {
	case c.takesText():
		fmt.Fprintf(&help, "\n  %s %s\n", c.name, c.item)
	case c.item != "":
		services := strings.Join(slices.Sorted(maps.Keys(c.methods)), " ")
		fmt.Fprintf(&help, "\n  %s [%s]\n  %s: %s\n", c.name, strings.ToUpper(c.item), strings.ToUpper(c.item), services)
	}
	if len(c.args) > 0 {
		help.WriteString("\n")
	}
	for _, a := range c.args {
		fmt.Fprintf(&help, "  %-22s %s\n", a.name, a.about)
	}
	return strings.TrimRight(help.String(), "\n")
}
