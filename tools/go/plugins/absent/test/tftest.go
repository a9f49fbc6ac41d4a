// Package tftest stands in for the acceptance test driver that the Terraform SDK links into every
// provider. A provider never calls it, and the original wants an older go-getter than the other parts.
package tftest

import tfjson "github.com/hashicorp/terraform-json"

const absent = "acceptance tests are not part of this build"

// Helper would keep a Terraform binary for tests.
type Helper struct{}

// WorkingDir would be a folder in which Terraform runs.
type WorkingDir struct{}

// RunningAsPlugin tells whether a test binary was started as a provider: never here.
func RunningAsPlugin() bool { return false }

func AutoInitProviderHelper(string, string) *Helper { panic(absent) }

func (*Helper) Close() error                         { panic(absent) }
func (*Helper) RequireNewWorkingDir(any) *WorkingDir { panic(absent) }

func (*WorkingDir) Apply() error                      { panic(absent) }
func (*WorkingDir) Close() error                      { panic(absent) }
func (*WorkingDir) RequireCreatePlan(any)             { panic(absent) }
func (*WorkingDir) RequireDestroy(any)                { panic(absent) }
func (*WorkingDir) RequireImport(any, string, string) { panic(absent) }
func (*WorkingDir) RequireInit(any)                   { panic(absent) }
func (*WorkingDir) RequireRefresh(any)                { panic(absent) }
func (*WorkingDir) RequireSavedPlan(any) *tfjson.Plan { panic(absent) }
func (*WorkingDir) RequireSetConfig(any, string)      { panic(absent) }
func (*WorkingDir) RequireState(any) *tfjson.State    { panic(absent) }
