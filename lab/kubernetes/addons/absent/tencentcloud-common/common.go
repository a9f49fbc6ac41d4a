// Package common stands in for the package of this name in the SDK of Tencent's cloud: see ../README.md.
package common

func BoolPtr(value bool) *bool             { return &value }
func StringPtr(value string) *string       { return &value }
func StringPtrs(values []string) []*string { return make([]*string, len(values)) }
