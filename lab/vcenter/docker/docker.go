// Package docker speaks to one Docker engine over its unix socket: the few calls that a hypervisor needs.
package docker

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

// Client is a connection to one engine.
type Client struct{ http *http.Client }

// base names an API version that engines since 20.10 speak; the host part is only a filler.
const base = "http://engine/v1.41"

// New makes a client of the engine behind the socket.
func New(socket string) *Client {
	var dialer net.Dialer
	return &Client{&http.Client{Transport: &http.Transport{
		MaxIdleConnsPerHost: 8,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, "unix", socket)
		},
	}}}
}

// Error is what the engine answered instead of doing as it was told.
type Error struct {
	Status  int
	Message string
}

func (e *Error) Error() string { return "docker: " + e.Message }

// NotFound tells a missing container from other errors.
func NotFound(err error) bool {
	failure, ok := err.(*Error)
	return ok && failure.Status == http.StatusNotFound
}

func (c *Client) call(ctx context.Context, method, path string, body, result any) error {
	var payload io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return err
		}
		payload = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, base+path, payload)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode >= http.StatusBadRequest {
		failure := &Error{Status: response.StatusCode}
		_ = json.NewDecoder(response.Body).Decode(failure)
		return failure
	}
	if result != nil && response.StatusCode != http.StatusNoContent {
		return json.NewDecoder(response.Body).Decode(result)
	}
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

// Create makes a container and returns its id.
func (c *Client) Create(ctx context.Context, name string, spec Spec) (string, error) {
	var created struct{ ID string }
	err := c.call(ctx, http.MethodPost, "/containers/create?name="+url.QueryEscape(name), spec, &created)
	return created.ID, err
}

// Start starts a container; one that runs already is no error.
func (c *Client) Start(ctx context.Context, id string) error {
	return c.call(ctx, http.MethodPost, "/containers/"+id+"/start", nil, nil)
}

// Stop asks the container's init to shut down and kills it when the grace is over.
func (c *Client) Stop(ctx context.Context, id string, grace time.Duration) error {
	return c.call(ctx, http.MethodPost, fmt.Sprintf("/containers/%s/stop?t=%d", id, int(grace.Seconds())), nil, nil)
}

// Kill ends a container's init at once.
func (c *Client) Kill(ctx context.Context, id string) error {
	return c.call(ctx, http.MethodPost, "/containers/"+id+"/kill", nil, nil)
}

// Remove kills and removes a container with its anonymous volumes.
func (c *Client) Remove(ctx context.Context, id string) error {
	return c.call(ctx, http.MethodDelete, "/containers/"+id+"?force=1&v=1", nil, nil)
}

// Update changes the limits of a container, running or not.
func (c *Client) Update(ctx context.Context, id string, limits Limits) error {
	return c.call(ctx, http.MethodPost, "/containers/"+id+"/update", limits, nil)
}

// Inspect returns the state of a container.
func (c *Client) Inspect(ctx context.Context, id string) (State, error) {
	var found struct{ State State }
	err := c.call(ctx, http.MethodGet, "/containers/"+id+"/json", nil, &found)
	return found.State, err
}

// Deaths calls heard for every container with the label that ends, until ctx does or the engine goes away.
func (c *Client) Deaths(ctx context.Context, label string, heard func(Death)) error {
	filters, err := json.Marshal(map[string][]string{"type": {"container"}, "event": {"die"}, "label": {label}})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/events?filters="+url.QueryEscape(string(filters)), nil)
	if err != nil {
		return err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	for events := json.NewDecoder(response.Body); ; {
		var event struct {
			Actor struct {
				ID         string
				Attributes map[string]string
			}
		}
		if err := events.Decode(&event); err != nil {
			return err
		}
		heard(Death{ID: event.Actor.ID, Labels: event.Actor.Attributes, ExitCode: event.Actor.Attributes["exitCode"]})
	}
}
