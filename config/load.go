package config

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/viper"
)

// envPrefix starts the name of every environment variable that is ours.
const envPrefix = "PURSER_"

// envClient is the variable of the operator's client (cmd/purser), the only one
// with our prefix that is no setting.
const envClient = "PURSER_SERVER"

// Load returns the settings: defaults, then the file at path ("" for none),
// then env (as of os.Environ), then flags (by setting name), each over the ones
// before, and checks them. The error joins everything that is wrong, each with
// its source, the setting's name and the remedy; it holds no values.
func Load(path string, env []string, flags map[string]string) (Config, error) {
	var c Config
	table := bind(&c)
	for _, b := range table {
		if err := parse(b.field, b.Default); err != nil {
			return Config{}, fmt.Errorf("config: default: %s %w", b.Name, err)
		}
	}
	err := errors.Join(
		applyFile(table, path),
		applyEnv(table, env),
		applyFlags(table, flags),
	)
	if err != nil {
		return Config{}, err
	}
	if err := c.Validate(); err != nil {
		return Config{}, err
	}
	return c, nil
}

func applyFile(table []binding, path string) error {
	if path == "" {
		return nil
	}
	switch filepath.Ext(path) {
	case ".yaml", ".yml", ".json", ".toml":
	default:
		return fmt.Errorf("config: file %s: the name must end in .yaml, .json or .toml", path)
	}
	file := viper.New()
	file.SetConfigFile(path)
	if err := file.ReadInConfig(); err != nil {
		return fmt.Errorf("config: file %s: %w", path, err)
	}
	var errs []error
	for _, key := range fileKeys(table, file) {
		if err := applyKey(table, key, file.Get(key)); err != nil {
			errs = append(errs, fmt.Errorf("config: file %s: %w", path, err))
		}
	}
	if file.GetString("rest.master_api_key") != "" {
		errs = append(errs, checkPrivate(path))
	}
	return errors.Join(errs...)
}

// fileKeys returns the names that a file gives a value, sorted: viper's order
// is a map's. To viper a map that is the value of one setting is several.
func fileKeys(table []binding, file *viper.Viper) []string {
	keys := file.AllKeys()
	for _, b := range table {
		if _, isMap := b.field.(*Categories); isMap && file.IsSet(b.Name) {
			keys = slices.DeleteFunc(keys, func(key string) bool {
				return key == b.Name || strings.HasPrefix(key, b.Name+".")
			})
			keys = append(keys, b.Name)
		}
	}
	slices.Sort(keys)
	return keys
}

// applyKey sets one setting from a file. A key without a value leaves the
// setting as it is, and so does a section whose lines are all commented out.
func applyKey(table []binding, key string, value any) error {
	b, err := find(table, key)
	if err != nil {
		if value == nil && isSection(table, key) {
			return nil
		}
		return err
	}
	if value == nil {
		return nil
	}
	text, err := fileText(b.field, value)
	if err == nil {
		err = parse(b.field, text)
	}
	if err != nil {
		return fmt.Errorf("%s %w", key, err)
	}
	return nil
}

// checkPrivate refuses a file with a secret that every user of the machine can
// read or replace.
func checkPrivate(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("config: file %s: %w", path, err)
	}
	if mode := info.Mode().Perm(); mode&0o007 != 0 {
		return fmt.Errorf("config: file %s: holds rest.master_api_key and has mode %04o, "+
			"open to other users: run chmod 0640 %s", path, mode, path)
	}
	return nil
}

func applyEnv(table []binding, env []string) error {
	byEnv := make(map[string]binding, len(table))
	names := make([]string, len(table))
	for i, b := range table {
		names[i] = b.Env()
		byEnv[names[i]] = b
	}
	var errs []error
	for _, pair := range env {
		name, text, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, envPrefix) || name == envClient {
			continue
		}
		b, ok := byEnv[name]
		if !ok {
			errs = append(errs, fmt.Errorf("config: environment: unknown variable %s%s", name, hint(name, names)))
			continue
		}
		if err := parse(b.field, text); err != nil {
			errs = append(errs, fmt.Errorf("config: environment: %s %w", name, err))
		}
	}
	return errors.Join(errs...)
}

func applyFlags(table []binding, flags map[string]string) error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		b, err := find(table, name)
		if err != nil {
			errs = append(errs, fmt.Errorf("config: flag: %w", err))
			continue
		}
		if err := parse(b.field, flags[name]); err != nil {
			errs = append(errs, fmt.Errorf("config: flag: %s %w", name, err))
		}
	}
	return errors.Join(errs...)
}

func find(table []binding, name string) (binding, error) {
	for _, b := range table {
		if b.Name == name {
			return b, nil
		}
	}
	if isSection(table, name) {
		return binding{}, fmt.Errorf("%s is a section and takes no value", name)
	}
	names := make([]string, len(table))
	for i, b := range table {
		names[i] = b.Name
	}
	return binding{}, fmt.Errorf("unknown setting %s%s", name, hint(name, names))
}

func isSection(table []binding, name string) bool {
	return slices.ContainsFunc(table, func(b binding) bool { return strings.HasPrefix(b.Name, name+".") })
}
