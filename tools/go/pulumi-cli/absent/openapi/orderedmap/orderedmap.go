// Package orderedmap has the shape of the map in which the OpenAPI reader keeps what it read.
package orderedmap

import "iter"

// Map is always empty: nothing is read.
type Map[K comparable, V any] struct{}

func New[K comparable, V any]() *Map[K, V] { return &Map[K, V]{} }

func Len[K comparable, V any](*Map[K, V]) int { return 0 }

func (*Map[K, V]) Set(K, V) (old V, found bool) { return old, false }
func (*Map[K, V]) Get(K) (value V, found bool)  { return value, false }
func (*Map[K, V]) GetOrZero(K) (value V)        { return value }

func (*Map[K, V]) FromOldest() iter.Seq2[K, V] { return func(func(K, V) bool) {} }

func (*Map[K, V]) KeysFromOldest() iter.Seq[K] { return func(func(K) bool) {} }

func (*Map[K, V]) Delete(K) (old V, found bool) { return old, false }
