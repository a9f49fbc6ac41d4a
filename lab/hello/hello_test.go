package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestWebPassesOnWhatTheAPISays(t *testing.T) {
	backend := httptest.NewServer(http.HandlerFunc(api))
	defer backend.Close()
	recorder := httptest.NewRecorder()
	webHandler(backend.URL).ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/", nil))
	var answer struct {
		Service string
		API     struct{ Service, Caller, Address string }
	}
	if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	if answer.Service != "web" || answer.API.Service != "api" || answer.API.Caller != "127.0.0.1" || answer.API.Address != "127.0.0.1" {
		t.Errorf("got %s", recorder.Body)
	}
}

func TestWebSaysThatTheAPIIsDown(t *testing.T) {
	recorder := httptest.NewRecorder()
	webHandler("http://127.0.0.1:1/").ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/", nil))
	if recorder.Code != http.StatusBadGateway {
		t.Errorf("got %d", recorder.Code)
	}
}
