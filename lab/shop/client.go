package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// peer is another service of the application, by its name in the network.
type peer struct {
	url    string
	client *http.Client
}

// newPeer keeps connections: one is left when the replica at its other end says that it is on its way out. A request
// without a body that finds its connection just closed goes out again on another one, as net/http does it.
func newPeer(url string, timeout time.Duration) *peer {
	return &peer{url: url, client: &http.Client{
		Timeout: timeout,
		Transport: &http.Transport{
			DialContext:         (&net.Dialer{Timeout: time.Second}).DialContext,
			MaxIdleConnsPerHost: 32,
			IdleConnTimeout:     30 * time.Second,
		},
	}}
}

// ask sends a request and answers the body, whatever JSON that is.
func (p *peer) ask(ctx context.Context, method, path string, body []byte) (json.RawMessage, error) {
	request, err := http.NewRequestWithContext(ctx, method, p.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	response, err := p.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s %s: %s: %s", method, p.url+path, response.Status, bytes.TrimSpace(answer))
	}
	return answer, nil
}
