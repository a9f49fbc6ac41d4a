package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/vmware/govmomi/vim25/types"
)

// standardTemplate is the template that every lab has.
const standardTemplate = "debian-12"

// A template's successor: what the next month's build of it would be. Clusters roll from one to the other.
const nextSuffix = "-next"

// templateImage is a template with the image that its machines are made of.
type templateImage struct{ name, image string }

// templateImages are the lab's templates; a flag that may be given more than once.
type templateImages []templateImage

func (t *templateImages) String() string { return fmt.Sprint([]templateImage(*t)) }

// Set adds NAME=IMAGE.
func (t *templateImages) Set(argument string) error {
	name, image, found := strings.Cut(argument, "=")
	if !found || name == "" || slices.ContainsFunc(*t, func(each templateImage) bool { return each.name == name }) {
		return fmt.Errorf("%q: want NAME=IMAGE, each name once", argument)
	}
	*t = append(*t, templateImage{name: name, image: image})
	return nil
}

// imageOf is the image of the template of that name, or of the one whose successor it is.
func (t templateImages) imageOf(template string) string {
	for _, each := range t {
		if template == each.name || template == each.name+nextSuffix {
			return each.image
		}
	}
	return ""
}

// diskBook remembers what is on the first disk of each VM: the image of the template that it was cloned from.
type diskBook struct {
	mutex  sync.Mutex
	images map[types.ManagedObjectReference]string
}

func (b *diskBook) write(vm types.ManagedObjectReference, image string) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.images[vm] = image
}

func (b *diskBook) read(vm types.ManagedObjectReference) string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.images[vm]
}

func (b *diskBook) erase(vm types.ManagedObjectReference) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	delete(b.images, vm)
}
