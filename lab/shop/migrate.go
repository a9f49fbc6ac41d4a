package main

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"strconv"
	"time"
)

// How long a migration looks for the store.
const search = 3 * time.Second

type migration struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// runMigrate brings the store to this version's schema. Before the first deployment there is no store yet, and nothing
// to do.
func runMigrate() error {
	store := newPeer(env("STORE_URL", "http://store:8080"), time.Second)
	ctx, cancel := context.WithTimeout(context.Background(), search)
	defer cancel()
	moved, err := migrate(ctx, store)
	switch {
	case err != nil:
		log.Printf("no store answers, so there is nothing to migrate (%s)", err)
	case moved.From == moved.To:
		log.Printf("the store has schema %d already", moved.To)
	default:
		log.Printf("the store went from schema %d to %d", moved.From, moved.To)
	}
	return nil
}

// migrate asks until the store answers or the time is over.
func migrate(ctx context.Context, store *peer) (moved migration, err error) {
	for {
		answer, failure := store.ask(ctx, http.MethodPut, "/schema", []byte(strconv.Itoa(major())))
		if failure == nil {
			return moved, json.Unmarshal(answer, &moved)
		}
		if err == nil || ctx.Err() == nil {
			err = failure
		}
		select {
		case <-ctx.Done():
			return moved, err
		case <-time.After(freshness):
		}
	}
}
