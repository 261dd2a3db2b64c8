// Package config reads, completes and checks the settings of the daemon.
//
// The idea: one table (settings.go) names every setting once, with its default,
// its help line and the field of Config that it fills. Everything else walks
// that table: the file, the environment and the flags all arrive as text under
// a setting's name and take the same way into the field, so a setting cannot
// exist in one source only, and `purserd --help`, `--print-config` and
// data/purser.example.yaml cannot disagree with what is read.
//
// Later sources win: defaults, then the file (YAML, JSON or TOML by extension),
// then the environment (PURSER_ and the name in upper case, '_' for the dot:
// PURSER_LISTEN_JSON), then flags. A name that no setting has is an error, since
// a misspelt limit that is silently ignored is a limit that is not there.
//
// It is not a place for behaviour: it opens no listener and no store, and no
// package below cmd imports it. Those take their own Options, which cmd/purserd
// fills from Config.
package config
