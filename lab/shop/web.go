package main

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"time"
)

const maxBody = 1 << 20

type webAnswer struct {
	identity
	ConfigVersion string          `json:"configVersion"`
	Greeting      string          `json:"greeting"`
	API           json.RawMessage `json:"api,omitempty"`
	Error         string          `json:"error,omitempty"`
}

func runWeb() error {
	config, err := readSettings()
	if err != nil {
		return err
	}
	log.Printf("config %s", config.Version)
	api := newPeer(env("API_URL", "http://api:8080"), 5*time.Second)
	return serve("web", webHandler(config, api))
}

// webHandler answers with what the api service says, of whichever version that is: during a rollout there are two.
func webHandler(config settings, api *peer) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		answer := webAnswer{identity: self("web"), ConfigVersion: config.Version, Greeting: config.Greeting}
		status := http.StatusOK
		var err error
		if answer.API, err = api.ask(r.Context(), http.MethodGet, "/", nil); err != nil {
			answer.Error, status = err.Error(), http.StatusBadGateway
		}
		write(w, status, answer)
	})
	mux.HandleFunc("PUT /items/{name}", passOn(api))
	return mux
}

// passOn hands a request to a peer, and its answer back.
func passOn(to *peer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			write(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
			return
		}
		answer, err := to.ask(r.Context(), r.Method, r.URL.EscapedPath(), body)
		if err != nil {
			write(w, http.StatusBadGateway, map[string]string{"error": err.Error()})
			return
		}
		write(w, http.StatusOK, answer)
	}
}
