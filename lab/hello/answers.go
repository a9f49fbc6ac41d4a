package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"
)

// identity is who answers.
type identity struct {
	Service string `json:"service"`
	Version string `json:"version"`
	Host    string `json:"hostname"`
	Task    string `json:"task,omitempty"`
	Node    string `json:"node,omitempty"`
}

func self(service string) identity {
	host, _ := os.Hostname()
	return identity{Service: service, Version: version, Host: host, Task: os.Getenv("TASK"), Node: os.Getenv("NODE")}
}

type apiAnswer struct {
	identity
	Address string `json:"address"`
	Caller  string `json:"caller"`
}

func api(w http.ResponseWriter, r *http.Request) {
	caller, _, _ := net.SplitHostPort(r.RemoteAddr)
	write(w, http.StatusOK, apiAnswer{identity: self("api"), Address: ownAddress(caller), Caller: caller})
}

type webAnswer struct {
	identity
	API   json.RawMessage `json:"api,omitempty"`
	Error string          `json:"error,omitempty"`
}

func webHandler(apiURL string) http.Handler {
	// A connection of its own for each request: replicas behind one name all get their turn.
	client := &http.Client{Timeout: 3 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := webAnswer{identity: self("web")}
		status := http.StatusOK
		var err error
		if answer.API, err = ask(r.Context(), client, apiURL); err != nil {
			answer.Error, status = err.Error(), http.StatusBadGateway
		}
		write(w, status, answer)
	})
}

// ask asks the api service, and another replica of it when the first does not answer: one may just be on its way out.
func ask(ctx context.Context, client *http.Client, url string) (answer json.RawMessage, err error) {
	for range 3 {
		if answer, err = askOnce(ctx, client, url); err == nil {
			return answer, nil
		}
	}
	return nil, err
}

func askOnce(ctx context.Context, client *http.Client, url string) (json.RawMessage, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the api service answered %s", response.Status)
	}
	var answer json.RawMessage
	return answer, json.NewDecoder(response.Body).Decode(&answer)
}

func write(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer)
}
