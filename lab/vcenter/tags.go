package main

import (
	"context"
	"net/url"

	"github.com/vmware/govmomi/vapi/rest"
	"github.com/vmware/govmomi/vapi/tags"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/soap"
)

// siteTags are the categories that a site has defined for its VMs, with the tags of each.
var siteTags = map[string][]string{
	"environment": {"lab", "dev", "prod"},
	"owner":       {"platform"},
}

// addTags defines them through the REST API that holds tags, which answers only once the server runs.
func addTags(server *url.URL) error {
	ctx := context.Background()
	client, err := vim25.NewClient(ctx, soap.NewClient(server, true))
	if err != nil {
		return err
	}
	session := rest.NewClient(client)
	if err := session.Login(ctx, server.User); err != nil {
		return err
	}
	defer func() { _ = session.Logout(ctx) }()
	manager := tags.NewManager(session)
	for category, names := range siteTags {
		id, err := manager.CreateCategory(ctx, &tags.Category{
			Name: category, Cardinality: "SINGLE", AssociableTypes: []string{"VirtualMachine"},
		})
		if err != nil {
			return err
		}
		for _, name := range names {
			if _, err := manager.CreateTag(ctx, &tags.Tag{Name: name, CategoryID: id}); err != nil {
				return err
			}
		}
	}
	return nil
}
