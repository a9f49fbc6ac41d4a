package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// settings are the content of the config file: what the environment, not the version, decides.
type settings struct {
	// Version of the content, shown in answers.
	Version string `json:"version"`
	// Greeting of the web service.
	Greeting string `json:"greeting"`
}

func readSettings() (settings, error) {
	path := env("CONFIG_FILE", "/etc/shop/config.json")
	text, err := os.ReadFile(path)
	if err != nil {
		return settings{}, err
	}
	var read settings
	if err := json.Unmarshal(text, &read); err != nil {
		return settings{}, fmt.Errorf("%s: %w", path, err)
	}
	if read.Version == "" {
		return settings{}, fmt.Errorf("%s has no version", path)
	}
	return read, nil
}

// readKey reads the secret that answers are signed with.
func readKey() ([]byte, error) {
	path := env("SIGNING_KEY_FILE", "/run/secrets/signing-key")
	key, err := os.ReadFile(path)
	if err == nil && len(key) == 0 {
		err = errors.New(path + " is empty")
	}
	return key, err
}

func env(name, byDefault string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return byDefault
}

// port that every service listens on.
func port() string { return env("PORT", "8080") }

// drainTime is for how long a service goes on after SIGTERM.
func drainTime() (time.Duration, error) {
	seconds, err := strconv.ParseFloat(env("DRAIN_SECONDS", "0"), 64)
	if err != nil || seconds < 0 {
		return 0, fmt.Errorf("DRAIN_SECONDS must be a number of seconds; got %q", os.Getenv("DRAIN_SECONDS"))
	}
	return time.Duration(seconds * float64(time.Second)), nil
}

// major is the first number of this version: the schema of the store that it works with, and the shape of its answers.
func major() int {
	first, _, _ := strings.Cut(version, ".")
	number, _ := strconv.Atoi(first)
	return number
}

// identity is who answers.
type identity struct {
	Service string `json:"service"`
	Version string `json:"version"`
	Task    string `json:"task,omitempty"`
	Node    string `json:"node,omitempty"`
}

func self(service string) identity {
	return identity{Service: service, Version: version, Task: os.Getenv("TASK"), Node: os.Getenv("NODE")}
}
