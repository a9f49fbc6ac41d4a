package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

// How often the api service asks the store.
const freshness = 250 * time.Millisecond

type apiAnswer struct {
	identity
	ConfigVersion string `json:"configVersion"`
	// Signature shows which key the service has, and nothing of the key.
	Signature string `json:"signature"`
	// Items are names; since version 2, names with what is left of each.
	Items any `json:"items"`
	// Stale says that the store does not answer, and the items are those of before.
	Stale bool `json:"stale"`
}

type item struct {
	Name  string `json:"name"`
	Stock int    `json:"stock"`
}

func runAPI() error {
	config, err := readSettings()
	if err != nil {
		return err
	}
	key, err := readKey()
	if err != nil {
		return err
	}
	log.Printf("config %s", config.Version)
	store := newPeer(env("STORE_URL", "http://store:8080"), time.Second)
	known := &knowledge{}
	known.look(context.Background(), store)
	go known.keepFresh(context.Background(), store)
	return serve("api", apiHandler(config, key, known, store))
}

func apiHandler(config settings, key []byte, known *knowledge, store *peer) http.Handler {
	signature := sign(key)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		stock, stale := known.get()
		write(w, http.StatusOK, apiAnswer{
			identity:      self("api"),
			ConfigVersion: config.Version,
			Signature:     signature,
			Items:         shape(stock),
			Stale:         stale,
		})
	})
	mux.HandleFunc("PUT /items/{name}", passOn(store))
	return mux
}

// sign is the HMAC-SHA256 of "shop".
func sign(key []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("shop"))
	return hex.EncodeToString(mac.Sum(nil))
}

// shape gives the items the form of this version's answers.
func shape(stock map[string]int) any {
	names := slices.Sorted(maps.Keys(stock))
	if major() < 2 {
		return append([]string{}, names...)
	}
	items := []item{}
	for _, name := range names {
		items = append(items, item{name, stock[name]})
	}
	return items
}

// knowledge is what the api service knows of the store. Answers come from here: the store may be away for a while, as
// it is when it moves to its next version, and nobody waits for it then.
type knowledge struct {
	mutex sync.Mutex
	stock map[string]int
	stale bool
}

func (k *knowledge) get() (map[string]int, bool) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	return k.stock, k.stale
}

func (k *knowledge) keepFresh(ctx context.Context, store *peer) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(freshness):
			k.look(ctx, store)
		}
	}
}

func (k *knowledge) look(ctx context.Context, store *peer) {
	var content content
	answer, err := store.ask(ctx, http.MethodGet, "/items", nil)
	if err == nil {
		err = json.Unmarshal(answer, &content)
	}
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if (err != nil) != k.stale {
		if err != nil {
			log.Printf("the store does not answer: %s", err)
		} else {
			log.Print("the store answers again")
		}
	}
	k.stale = err != nil
	if err == nil {
		k.stock = content.Items
	}
}
