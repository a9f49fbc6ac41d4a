package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// as makes this program another version for one test.
func as(t *testing.T, other string) {
	before := version
	version = other
	t.Cleanup(func() { version = before })
}

// shop is the whole application, in one process.
type shop struct {
	web, store *httptest.Server
	known      *knowledge
	storePeer  *peer
}

// A disk that others use takes seconds to write a file; an answer that comes too late is asked for again.
const patience = 30 * time.Second

func openShop(t *testing.T, folder, key string) *shop {
	opened, err := openStore(folder)
	if err != nil {
		t.Fatal(err)
	}
	store := httptest.NewServer(opened.handler())
	config := settings{Version: "1.0.0", Greeting: "hello"}
	known, storePeer := &knowledge{}, newPeer(store.URL, patience)
	api := httptest.NewServer(apiHandler(config, []byte(key), known, storePeer))
	web := httptest.NewServer(webHandler(config, newPeer(api.URL, patience)))
	for _, server := range []*httptest.Server{store, api, web} {
		t.Cleanup(server.Close)
	}
	return &shop{web, store, known, storePeer}
}

type visit struct {
	Service, Version, ConfigVersion string
	API                             struct {
		Service, Version, ConfigVersion, Signature string
		Items                                      json.RawMessage
		Stale                                      bool
	}
}

func (s *shop) visit(t *testing.T) (seen visit) {
	s.known.look(context.Background(), s.storePeer)
	response, err := http.Get(s.web.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("got %s", response.Status)
	}
	if err := json.NewDecoder(response.Body).Decode(&seen); err != nil {
		t.Fatal(err)
	}
	return seen
}

func (s *shop) put(t *testing.T, name, stock string) {
	request, _ := http.NewRequest(http.MethodPut, s.web.URL+"/items/"+name, strings.NewReader(stock))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(response.Body)
		t.Fatalf("got %s: %s", response.Status, text)
	}
}

func TestAVisitShowsVersionsConfigSignatureAndItems(t *testing.T) {
	as(t, "1.0.1")
	opened := openShop(t, t.TempDir(), "key")
	opened.put(t, "pen", "3")
	opened.put(t, "ink", "1")
	seen := opened.visit(t)
	if seen.Service != "web" || seen.Version != "1.0.1" || seen.ConfigVersion != "1.0.0" {
		t.Errorf("web says %+v", seen)
	}
	if seen.API.Service != "api" || seen.API.Version != "1.0.1" || string(seen.API.Items) != `["ink","pen"]` {
		t.Errorf("api says %+v", seen.API)
	}
	// printf shop | openssl dgst -sha256 -hmac key
	if seen.API.Signature != "139f1b6c0ba9b9fc82db58278885c532f2f3b7beba6a0a415f4cb8c4e18fb2db" {
		t.Errorf("signature %s", seen.API.Signature)
	}
}

func TestAnotherKeyGivesAnotherSignature(t *testing.T) {
	if sign([]byte("key")) == sign([]byte("other")) {
		t.Error("the signatures are the same")
	}
}

func TestVersion2ChangesTheShapeOfItems(t *testing.T) {
	as(t, "2.0.0")
	opened := openShop(t, t.TempDir(), "key")
	if items := string(opened.visit(t).API.Items); items != `[]` {
		t.Errorf("an empty store: got %s", items)
	}
	opened.put(t, "pen", "3")
	if items := string(opened.visit(t).API.Items); items != `[{"name":"pen","stock":3}]` {
		t.Errorf("got %s", items)
	}
}

func TestVisitorsAreServedWhileTheStoreIsAway(t *testing.T) {
	as(t, "1.0.0")
	opened := openShop(t, t.TempDir(), "key")
	opened.put(t, "pen", "3")
	opened.visit(t)
	opened.store.Close()
	seen := opened.visit(t)
	if !seen.API.Stale || string(seen.API.Items) != `["pen"]` {
		t.Errorf("got %+v", seen.API)
	}
}

func TestTheStoreKeepsItsItemsOverARestart(t *testing.T) {
	folder := t.TempDir()
	openShop(t, folder, "key").put(t, "pen", "3")
	if items := string(openShop(t, folder, "key").visit(t).API.Items); !strings.Contains(items, "pen") {
		t.Errorf("got %s", items)
	}
}

func TestTheStoreRefusesWhatIsNoNumber(t *testing.T) {
	opened := openShop(t, t.TempDir(), "key")
	_, err := opened.storePeer.ask(context.Background(), http.MethodPut, "/items/pen", []byte("many"))
	if err == nil || !strings.Contains(err.Error(), "400") {
		t.Errorf("got %v", err)
	}
}

func TestAMigrationRaisesTheSchemaAndNeverLowersIt(t *testing.T) {
	as(t, "1.0.0")
	opened := openShop(t, t.TempDir(), "key")
	for _, step := range []struct {
		version  string
		from, to int
	}{{"2.0.0", 1, 2}, {"2.0.0", 2, 2}, {"1.0.1", 2, 2}} {
		as(t, step.version)
		moved, err := migrate(context.Background(), opened.storePeer)
		if err != nil || moved.From != step.from || moved.To != step.to {
			t.Errorf("%s: got %+v, %v", step.version, moved, err)
		}
	}
}

func TestAMigrationEndsWhereThereIsNoStore(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := migrate(ctx, newPeer("http://127.0.0.1:1", time.Second)); err == nil {
		t.Error("it says that it migrated")
	}
}

func TestOnlyOneStoreHasTheData(t *testing.T) {
	folder := t.TempDir()
	release, err := hold(folder)
	if err != nil {
		t.Fatal(err)
	}
	second := make(chan func())
	go func() {
		release, err := hold(folder)
		if err != nil {
			t.Error(err)
		}
		second <- release
	}()
	select {
	case <-second:
		t.Fatal("a second store took the data too")
	case <-time.After(300 * time.Millisecond):
	}
	release()
	(<-second)()
}

func TestADrainingServiceAnswersAndThenClosesTheConnection(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	stop, cancel := context.WithCancel(context.Background())
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "here") })
	service := &service{handler: handler, drain: 500 * time.Millisecond}
	ended := make(chan error)
	go func() { ended <- service.run(stop, listener) }()
	get := func(path string) (status int, closes bool) {
		response, err := http.Get("http://" + listener.Addr().String() + path)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		_, _ = io.Copy(io.Discard, response.Body)
		return response.StatusCode, response.Close
	}
	if status, closes := get("/"); status != http.StatusOK || closes {
		t.Errorf("at first: %d, closes %t", status, closes)
	}
	if status, _ := get("/readyz"); status != http.StatusOK {
		t.Errorf("ready at first: %d", status)
	}
	cancel()
	for !service.draining.Load() {
		time.Sleep(time.Millisecond)
	}
	// The first of these goes over the connection from before, the others over new ones.
	for range 3 {
		if status, closes := get("/"); status != http.StatusOK || !closes {
			t.Errorf("draining: %d, closes %t", status, closes)
		}
	}
	if status, _ := get("/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("ready while draining: %d", status)
	}
	if status, _ := get("/healthz"); status != http.StatusOK {
		t.Errorf("healthy while draining: %d", status)
	}
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}

func TestBadVersionsAreBadInOneServiceOnly(t *testing.T) {
	for _, role := range []string{"web", "api", "store"} {
		for _, good := range []string{"1.0.0", "1.0.1", "2.0.0"} {
			as(t, good)
			if crash(role) != "" || sickness(role) != "" {
				t.Errorf("%s of %s is bad", role, good)
			}
		}
	}
	as(t, "6.6.6")
	if crash("web") == "" || crash("api") != "" {
		t.Error("6.6.6 crashes in the wrong service")
	}
	as(t, "6.6.7")
	if sickness("api") == "" || sickness("web") != "" {
		t.Error("6.6.7 is sick in the wrong service")
	}
}
