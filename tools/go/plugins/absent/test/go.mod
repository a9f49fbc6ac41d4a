module github.com/hashicorp/terraform-plugin-test

go 1.26
