// Package paced gives peers a time for each piece of what they read or send, and not for the whole: whoever reads a
// long answer over a slow line is served, and whoever does not read is given up. It knows no protocol.
package paced
