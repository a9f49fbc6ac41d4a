package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfgen"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
)

// writeSDK writes the Node.js package @pulumi/vsphere in TypeScript into the folder.
func writeSDK(folder string) error {
	files, err := sdkFiles()
	if err != nil {
		return err
	}
	for name, content := range files {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func sdkFiles() (map[string][]byte, error) {
	spec, err := packageSchema()
	if err != nil {
		return nil, err
	}
	languages := map[string]schema.Language{"nodejs": nodejs.Importer}
	pkg, err := schema.ImportSpec(spec, languages, schema.NewPluginLoader(nil), schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	return nodejs.GeneratePackage("slipway", pkg, nil, nil, true, nil)
}

// packageSchema is the provider's schema, without the prose that stands in its source repository.
func packageSchema() (schema.PackageSpec, error) {
	sink := diag.DefaultSink(io.Discard, os.Stderr, diag.FormatOptions{Color: colors.Never})
	result, err := tfgen.GenerateSchemaWithOptions(tfgen.GenerateSchemaOptions{
		ProviderInfo: provider(), DiagnosticsSink: sink, XInMemoryDocs: true,
	})
	if err != nil {
		return schema.PackageSpec{}, err
	}
	// The generator reads what an importer would: the encoded form.
	encoded, err := json.Marshal(result.PackageSpec)
	if err != nil {
		return schema.PackageSpec{}, err
	}
	var spec schema.PackageSpec
	return spec, json.Unmarshal(encoded, &spec)
}
