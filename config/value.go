package config

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// parse sets the field from text. The error says what the text should be and
// never repeats it, since it may be a secret in the wrong place.
func parse(field any, text string) error {
	var err error
	switch f := field.(type) {
	case *string:
		*f = text
	case *Secret:
		*f = Secret(text)
	case *bool:
		if *f, err = strconv.ParseBool(text); err != nil {
			return errors.New("must be true or false")
		}
	case *int:
		if *f, err = strconv.Atoi(text); err != nil {
			return errors.New("must be a whole number")
		}
	case *time.Duration:
		if *f, err = time.ParseDuration(text); err != nil {
			return errors.New("must be a time with its unit, for example 10s or 48h")
		}
	case *Units:
		if *f, err = parseUnits(text); err != nil {
			return errors.New("must be a whole number or a time with its unit, for example 72h")
		}
	case *[]string:
		*f = splitList(text)
	case *Categories:
		*f = parseCategories(text)
	case *[]netip.Prefix:
		if *f, err = parseNetworks(text); err != nil {
			return errors.New("must be a list of networks, for example 10.0.0.0/8 or 192.0.2.7")
		}
	default:
		return fmt.Errorf("a setting of type %T cannot be read", field)
	}
	return nil
}

func parseUnits(text string) (Units, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return Units(n), nil
	}
	d, err := time.ParseDuration(text)
	return Units(d), err
}

// parseNetworks reads CIDR networks; a bare address stands for itself alone.
func parseNetworks(text string) ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for _, item := range splitList(text) {
		if addr, err := netip.ParseAddr(item); err == nil {
			networks = append(networks, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		network, err := netip.ParsePrefix(item)
		if err != nil {
			return nil, err
		}
		networks = append(networks, network.Masked())
	}
	return networks, nil
}

// splitList reads a list written with commas; empty items are dropped.
func splitList(text string) []string {
	var items []string
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

// yamlText prints a field as a YAML value that parses back to the same.
func yamlText(field any) string {
	switch f := field.(type) {
	case *string:
		return strconv.Quote(*f)
	case *bool:
		return strconv.FormatBool(*f)
	case *int:
		return strconv.Itoa(*f)
	case *time.Duration:
		return f.String()
	case *Units:
		return strconv.FormatInt(int64(*f), 10)
	case *[]string:
		return yamlList(*f)
	case *Categories:
		return f.yaml()
	case *[]netip.Prefix:
		items := make([]string, len(*f))
		for i, network := range *f {
			items[i] = network.String()
		}
		return yamlList(items)
	}
	return `""`
}

func yamlList(items []string) string {
	quoted := make([]string, len(items))
	for i, item := range items {
		quoted[i] = strconv.Quote(item)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// wholeMax is 2^53. From there on JSON's float64 no longer tells neighbours
// apart, so a number that reads as wholeMax may have been written as another.
const wholeMax = 1 << 53

// fileText turns a value of a file into the text of the field. It is strict
// where a file format would bend a value: YAML reads 0123 as 83 and JSON reads
// 9007199254740993 as 9007199254740992.
func fileText(field, value any) (string, error) {
	switch v := value.(type) {
	case string:
		return v, nil
	case []any:
		return listText(field, v)
	case map[string]any: // of no other field: see fileKeys
		return categoriesText(v)
	}
	switch field.(type) {
	case *string, *Secret:
		return "", errors.New("must be text: write it in quotes")
	}
	switch v := value.(type) {
	case bool, int, int64, uint64:
		return fmt.Sprint(v), nil
	case float64:
		if v != math.Trunc(v) || math.Abs(v) >= wholeMax {
			return "", errors.New("must be a whole number, in quotes from 2^53 on")
		}
		return strconv.FormatInt(int64(v), 10), nil
	}
	return "", errors.New("must be a single value")
}

func listText(field any, values []any) (string, error) {
	switch field.(type) {
	case *[]string, *[]netip.Prefix, *Categories:
	default:
		return "", errors.New("must be a single value, not a list")
	}
	items := make([]string, len(values))
	for i, value := range values {
		text, ok := value.(string)
		if !ok || strings.Contains(text, ",") {
			return "", errors.New("must be a list of texts without commas")
		}
		items[i] = text
	}
	return strings.Join(items, ","), nil
}
