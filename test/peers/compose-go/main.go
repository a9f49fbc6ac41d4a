// compose-go loads Compose files with the reference implementation and prints what it makes of them:
// the tests hold Slipway's own loader against it. It reads a JSON list of cases and writes a JSON list of answers.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/sirupsen/logrus"
)

// request is one project to load.
type request struct {
	// Files to merge, in order, absolute.
	Files []string `json:"files"`
	// Variables that the files may use: the process's own environment counts for nothing.
	Variables map[string]string `json:"variables"`
	Profiles  []string          `json:"profiles"`
	// ProjectName counts unless it is empty: then the files' own name does, and last the working folder's.
	ProjectName string `json:"projectName"`
	// WorkingDir is the folder that relative paths start from.
	WorkingDir string `json:"workingDir"`
}

// answer holds either a project or why there is none.
type answer struct {
	Project json.RawMessage `json:"project,omitempty"`
	// Extensions has the x- keys of each service: the project's own JSON has only those of its top level.
	Extensions map[string]types.Extensions `json:"extensions,omitempty"`
	Error      string                      `json:"error,omitempty"`
}

func main() {
	// Warnings about variables without a value are of no interest: the tests compare models.
	logrus.SetOutput(io.Discard)
	var requests []request
	if err := json.NewDecoder(os.Stdin).Decode(&requests); err != nil {
		fail(err)
	}
	answers := make([]answer, len(requests))
	for i, wanted := range requests {
		answers[i] = load(wanted)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(answers); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// load answers for one project. The reference implementation panics on some malformed files: an error like others.
func load(wanted request) (result answer) {
	defer func() {
		if reason := recover(); reason != nil {
			result = answer{Error: fmt.Sprintf("panic: %v", reason)}
		}
	}()
	files := make([]types.ConfigFile, len(wanted.Files))
	for i, file := range wanted.Files {
		files[i] = types.ConfigFile{Filename: file}
	}
	variables := types.Mapping{}
	for name, value := range wanted.Variables {
		variables[name] = value
	}
	details := types.ConfigDetails{
		WorkingDir:  wanted.WorkingDir,
		ConfigFiles: files,
		Environment: variables,
	}
	project, err := loader.LoadWithContext(context.Background(), details,
		loader.WithProfiles(wanted.Profiles),
		func(options *loader.Options) {
			if wanted.ProjectName != "" {
				options.SetProjectName(wanted.ProjectName, true)
				return
			}
			folder := filepath.Base(wanted.WorkingDir)
			options.SetProjectName(loader.NormalizeProjectName(folder), false)
		})
	if err != nil {
		return answer{Error: err.Error()}
	}
	extensions := map[string]types.Extensions{}
	for name, service := range project.Services {
		if len(service.Extensions) > 0 {
			extensions[name] = service.Extensions
		}
	}
	// Here, so that a project that cannot be marshalled is an answer of its own and no failure of all.
	marshalled, err := project.MarshalJSON()
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Project: marshalled, Extensions: extensions}
}
