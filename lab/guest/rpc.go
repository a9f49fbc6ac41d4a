package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// socketPath is where the lab mounts the machine's own door to vCenter.
const socketPath = "/run/backdoor/vcenter.sock"

type request struct {
	Op     string  `json:"op"`
	Key    string  `json:"key,omitempty"`
	Value  string  `json:"value,omitempty"`
	Report *report `json:"report,omitempty"`
}

type reply struct {
	Value  string            `json:"value,omitempty"`
	Values map[string]string `json:"values,omitempty"`
	Error  string            `json:"error,omitempty"`
}

func call(req request) (reply, error) {
	var answer reply
	connection, err := net.DialTimeout("unix", socketPath, 5*time.Second)
	if err != nil {
		return answer, fmt.Errorf("vCenter does not answer: %w", err)
	}
	defer connection.Close()
	_ = connection.SetDeadline(time.Now().Add(10 * time.Second))
	if err := json.NewEncoder(connection).Encode(req); err != nil {
		return answer, err
	}
	if err := json.NewDecoder(connection).Decode(&answer); err != nil {
		return answer, err
	}
	if answer.Error != "" {
		return answer, errors.New(answer.Error)
	}
	return answer, nil
}

// rpcTool runs one `info-get KEY` or `info-set KEY VALUE`.
func rpcTool(command string) error {
	req, err := parseCommand(command)
	if err != nil {
		return err
	}
	answer, err := call(req)
	if err != nil {
		return err
	}
	if req.Op == "info-get" {
		fmt.Println(answer.Value)
	}
	return nil
}

func parseCommand(command string) (request, error) {
	verb, rest, _ := strings.Cut(strings.TrimLeft(command, " "), " ")
	key, value, hasValue := strings.Cut(strings.TrimLeft(rest, " "), " ")
	switch {
	case verb == "info-get" && key != "":
		return request{Op: verb, Key: key}, nil
	case verb == "info-set" && key != "" && hasValue:
		return request{Op: verb, Key: key, Value: value}, nil
	case verb == "info-set" && key != "":
		return request{Op: verb, Key: key}, nil
	}
	return request{}, fmt.Errorf("Unknown command")
}
