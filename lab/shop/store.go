package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// How long a store waits for its predecessor to leave the data to it.
const handover = 20 * time.Second

// content is what the store keeps.
type content struct {
	// Schema is the major version that last migrated the content.
	Schema int            `json:"schema"`
	Items  map[string]int `json:"items"`
}

// store keeps its content in a file: every change is on the disk before it is answered.
type store struct {
	path    string
	mutex   sync.Mutex
	content content
}

func runStore() error {
	folder := env("DATA_DIR", "/data")
	release, err := hold(folder)
	if err != nil {
		return err
	}
	defer release()
	opened, err := openStore(folder)
	if err != nil {
		return err
	}
	log.Printf("%d items in %s, schema %d", len(opened.content.Items), folder, opened.content.Schema)
	return serve("store", opened.handler())
}

// hold keeps the folder for this process: two stores on the same data would lose each other's changes.
func hold(folder string) (func(), error) {
	lock, err := os.OpenFile(filepath.Join(folder, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for until := time.Now().Add(handover); ; time.Sleep(100 * time.Millisecond) {
		err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { lock.Close() }, nil
		}
		if time.Now().After(until) {
			return nil, fmt.Errorf("another store has %s: %w", folder, err)
		}
	}
}

func openStore(folder string) (*store, error) {
	opened := &store{path: filepath.Join(folder, "items.json"), content: content{Schema: major(), Items: map[string]int{}}}
	text, err := os.ReadFile(opened.path)
	if errors.Is(err, os.ErrNotExist) {
		return opened, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &opened.content); err != nil {
		return nil, fmt.Errorf("%s: %w", opened.path, err)
	}
	return opened, nil
}

func (s *store) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /items", func(w http.ResponseWriter, _ *http.Request) {
		s.mutex.Lock()
		text, err := json.Marshal(s.content)
		s.mutex.Unlock()
		answer(w, json.RawMessage(text), err)
	})
	mux.HandleFunc("PUT /items/{name}", func(w http.ResponseWriter, r *http.Request) {
		stock, err := number(w, r)
		if err != nil {
			refuse(w, err)
			return
		}
		name := r.PathValue("name")
		err = s.change(func(content *content) { content.Items[name] = stock })
		answer(w, item{name, stock}, err)
	})
	mux.HandleFunc("PUT /schema", func(w http.ResponseWriter, r *http.Request) {
		wanted, err := number(w, r)
		if err != nil {
			refuse(w, err)
			return
		}
		var moved migration
		err = s.change(func(content *content) {
			// Never down: a version that is brought back reads what a later one has written.
			moved = migration{From: content.Schema, To: max(content.Schema, wanted)}
			content.Schema = moved.To
		})
		answer(w, moved, err)
	})
	return mux
}

// change changes the content on the disk first, then in memory.
func (s *store) change(change func(*content)) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	next := content{Schema: s.content.Schema, Items: maps.Clone(s.content.Items)}
	change(&next)
	if err := save(s.path, next); err != nil {
		return err
	}
	s.content = next
	return nil
}

// save puts a whole new file in the place of the old one: whatever happens, one of the two is there.
func save(path string, content content) error {
	text, err := json.Marshal(content)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".items-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	_, err = file.Write(text)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

func number(w http.ResponseWriter, r *http.Request) (int, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(body)))
}

func answer(w http.ResponseWriter, value any, err error) {
	if err != nil {
		write(w, http.StatusInternalServerError, map[string]string{"error": err.Error()})
		return
	}
	write(w, http.StatusOK, value)
}

func refuse(w http.ResponseWriter, err error) {
	write(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
}
