package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// consoleGroup heads the commands of the console in the help of the program.
const consoleGroup = "console"

// newShellCommand makes a command of the console a subcommand, so that a shell
// can run it and complete its arguments.
func newShellCommand(std stdio, link *linkFlags, c command) *cobra.Command {
	return &cobra.Command{
		Use:     c.name + " Name=value ...",
		Aliases: c.aliases,
		GroupID: consoleGroup,
		Short:   c.about,
		Long:    c.help(),
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runLine(cmd, std, link, shellLine(c.name, args))
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			return c.argumentCompletions(args), cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
		},
	}
}

// runLine runs one line of the console and ends the connection.
func runLine(cmd *cobra.Command, std stdio, link *linkFlags, input string) error {
	s, err := newSession(std, link)
	if err != nil {
		return err
	}
	return errors.Join(s.execute(cmd.Context(), input), s.close())
}

// shellLine is the line that a shell's words mean. The shell has eaten the
// quotes of Name="two words": such a word gets them back.
func shellLine(name string, words []string) string {
	line := []string{name}
	for _, w := range words {
		argument, value, ok := strings.Cut(w, "=")
		if ok && strings.ContainsAny(value, blanks) && !strings.Contains(value, "=") &&
			!strings.ContainsAny(value[:1], blanks+`"'[{`) {
			w = fmt.Sprintf("%s='%s'", argument, strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value))
		}
		line = append(line, w)
	}
	return strings.Join(line, " ")
}

// newCompletionCommand prints the completion script of a shell.
func newCompletionCommand(std stdio) *cobra.Command {
	return &cobra.Command{
		Use:       "completion bash|zsh|fish",
		Short:     "Print a completion script: source <(purser completion bash)",
		ValidArgs: []string{"bash", "zsh", "fish"},
		Args:      usageArgs(cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs)),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch root := cmd.Root(); args[0] {
			case "bash":
				return root.GenBashCompletionV2(std.out, true)
			case "zsh":
				return root.GenZshCompletion(std.out)
			default:
				return root.GenFishCompletion(std.out, true)
			}
		},
	}
}

// newVersionCommand prints the version.
func newVersionCommand(std stdio) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(std.out, "purser", version)
			return err
		},
	}
}
