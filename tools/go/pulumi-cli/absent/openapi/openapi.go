// Package libopenapi stands in for the reader of OpenAPI documents that the Pulumi CLI links for one
// command, `pulumi cloud api`, which describes the REST API of Pulumi Cloud. Compiling the reader takes
// a quarter of the time of the whole CLI. Here the command says what is missing; nothing else uses it.
package libopenapi

import (
	"errors"

	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
)

// Document would be a parsed OpenAPI document.
type Document struct{}

// Model is what a document describes.
type Model struct{ Model v3.Document }

// NewDocument fails, and says which program can do it.
func NewDocument([]byte) (*Document, error) {
	return nil, errors.New("this Pulumi CLI was built by Slipway, without the reader of API descriptions: use the official CLI")
}

// BuildV3Model is never reached: there is no document.
func (*Document) BuildV3Model() (*Model, error) { return nil, errors.ErrUnsupported }
