// Package base has the shape of the schemas that the OpenAPI reader would return.
package base

import (
	"errors"

	"github.com/pb33f/libopenapi/orderedmap"
	"go.yaml.in/yaml/v4"
)

type Info struct{ Version string }

type SchemaProxy struct{}

func (*SchemaProxy) Schema() *Schema      { return nil }
func (*SchemaProxy) IsReference() bool    { return false }
func (*SchemaProxy) GetReference() string { return "" }

type Discriminator struct {
	PropertyName string
	Mapping      *orderedmap.Map[string, string]
}

// Either is one of two things.
type Either[A, B any] struct {
	A A
	B B
}

func (*Either[A, B]) IsA() bool { return false }
func (*Either[A, B]) IsB() bool { return false }

// Source is the place of a schema in its document.
type Source struct{}

func (*Source) Hash() uint64 { return 0 }

type Schema struct {
	Title, Description, Format, Pattern string
	Type, Required                      []string
	AllOf, OneOf, AnyOf                 []*SchemaProxy
	Discriminator                       *Discriminator
	Properties                          *orderedmap.Map[string, *SchemaProxy]
	Items, AdditionalProperties         *Either[*SchemaProxy, bool]
	Enum                                []*yaml.Node
	Default                             *yaml.Node
	Extensions                          *orderedmap.Map[string, *yaml.Node]
	MaxLength, MinLength                *int64
	Maximum, Minimum, MultipleOf        *float64
	Nullable, Deprecated, ReadOnly      *bool
}

func (*Schema) GoLow() *Source                     { return nil }
func (*Schema) MarshalJSONInline() ([]byte, error) { return nil, errors.ErrUnsupported }
