package main

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"sort"
	"strings"
)

// environment writes guestinfo as the file that cloud-init's units read with EnvironmentFile=, under the names that
// its VMware data source looks for.
func environment(values map[string]string) string {
	lines := []string{"VMX_GUESTINFO=true"}
	for key, value := range values {
		name := "VMX_" + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
		if shellName.MatchString(name) {
			lines = append(lines, name+"="+quote(value))
		}
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n") + "\n"
}

var shellName = regexp.MustCompile(`^[A-Z_][A-Z0-9_]*$`)

// quote follows systemd's rules for EnvironmentFile=: within double quotes, these four characters are escaped.
func quote(value string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", `$`, `\$`).Replace(value) + `"`
}

var networkKey = regexp.MustCompile(`(?m)^["']?network["']?\s*:`)

// wantsNetwork tells whether guestinfo.metadata has a network configuration of its own.
func wantsNetwork(values map[string]string) (bool, error) {
	metadata, err := decode(values["guestinfo.metadata"], values["guestinfo.metadata.encoding"])
	if err != nil {
		return false, fmt.Errorf("guestinfo.metadata: %w", err)
	}
	var asJSON map[string]json.RawMessage
	if json.Unmarshal(metadata, &asJSON) == nil {
		_, found := asJSON["network"]
		return found, nil
	}
	return networkKey.Match(metadata), nil
}

// decode undoes the encodings that cloud-init's VMware data source knows.
func decode(value, encoding string) ([]byte, error) {
	switch strings.ToLower(encoding) {
	case "":
		return []byte(value), nil
	case "base64", "b64":
		return base64.StdEncoding.DecodeString(value)
	case "gzip+base64", "gz+b64":
		packed, err := base64.StdEncoding.DecodeString(value)
		if err != nil {
			return nil, err
		}
		reader, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return nil, err
		}
		return io.ReadAll(reader)
	}
	return nil, fmt.Errorf("unknown encoding %q", encoding)
}
