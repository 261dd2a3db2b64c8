package main

import (
	"strings"
)

// endWords end the console.
func endWords() []string { return []string{"quit", "exit", "bye", "close"} }

// commandNames lists the commands and their aliases.
func commandNames() []string {
	var names []string
	for _, c := range commands() {
		names = append(append(names, c.name), c.aliases...)
	}
	return names
}

// completions lists what the last word of a text may become: a command, an
// argument name with its =, or the item of a command. start is where that word
// begins. Inside a value there is nothing to complete.
func completions(before string) (start int, candidates []string) {
	start = strings.LastIndexAny(before, blanks) + 1
	prefix := strings.ToLower(before[start:])
	fields := strings.Fields(before[:start])
	switch {
	case len(fields) == 0:
		candidates = append(append(commandNames(), "help"), endWords()...)
	case len(fields) == 1 && fields[0] == "help":
		candidates = commandNames()
	default:
		c, _ := findCommand(fields[0])
		candidates = c.argumentCompletions(fields[1:])
	}
	var matching []string
	for _, candidate := range candidates {
		if strings.HasPrefix(strings.ToLower(candidate), prefix) {
			matching = append(matching, candidate)
		}
	}
	return start, matching
}

// argumentCompletions lists the arguments that are not among the words, or the
// items a command takes in their place.
func (c command) argumentCompletions(words []string) []string {
	var candidates []string
	if len(words) == 0 {
		for item := range c.methods {
			candidates = append(candidates, item)
		}
	}
	for _, a := range c.args {
		if !givenIn(words, a.name) {
			candidates = append(candidates, a.name+"=")
		}
	}
	return candidates
}

// givenIn says whether one of the words is name or begins with name=.
func givenIn(words []string, name string) bool {
	for _, w := range words {
		if given, _, _ := strings.Cut(w, "="); strings.EqualFold(given, name) {
			return true
		}
	}
	return false
}

// completeLine completes the word before the cursor as far as all candidates
// agree; candidates are returned when there is more than one.
func completeLine(typed string, pos int) (completed string, newPos int, candidates []string) {
	start, candidates := completions(typed[:pos])
	if len(candidates) == 0 {
		return typed, pos, nil
	}
	word := candidates[0]
	for _, candidate := range candidates[1:] {
		word = commonPrefix(word, candidate)
	}
	if len(candidates) == 1 {
		candidates = nil
		if !strings.HasSuffix(word, "=") {
			word += " "
		}
	}
	return typed[:start] + word + typed[pos:], start + len(word), candidates
}

// commonPrefix is what two words have in common from their start, in any case.
func commonPrefix(a, b string) string {
	n := 0
	for n < min(len(a), len(b)) && strings.EqualFold(a[n:n+1], b[n:n+1]) {
		n++
	}
	return a[:n]
}
