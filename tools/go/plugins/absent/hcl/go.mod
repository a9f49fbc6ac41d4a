module github.com/pulumi-labs/pulumi-hcl

go 1.26
