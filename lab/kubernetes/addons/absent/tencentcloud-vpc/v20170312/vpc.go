// Package v20170312 stands in for the package of this name in the SDK of Tencent's cloud: see ../../README.md.
package v20170312

import "errors"

var errAbsent = errors.New("this build knows no Tencent cloud")

type (
	Client struct{}
	Filter struct {
		Name   *string
		Values []*string
	}
	Route struct {
		RouteId                                                 *uint64
		DestinationCidrBlock, GatewayId, GatewayType, RouteType *string
		Enabled                                                 *bool
	}
	RouteTable struct {
		RouteTableId *string
		RouteSet     []*Route
	}
	CreateRoutesRequest struct {
		RouteTableId *string
		Routes       []*Route
	}
	DeleteRoutesRequest        CreateRoutesRequest
	DescribeRouteTablesRequest struct{ Filters []*Filter }
	RouteTableSet              struct{ RouteTableSet []*RouteTable }
	Answer                     struct{ Response *RouteTableSet }
)

func NewClientWithSecretId(id, key, region string) (*Client, error) { return &Client{}, nil }

func NewCreateRoutesRequest() *CreateRoutesRequest { return &CreateRoutesRequest{} }
func NewDeleteRoutesRequest() *DeleteRoutesRequest { return &DeleteRoutesRequest{} }
func NewDescribeRouteTablesRequest() *DescribeRouteTablesRequest {
	return &DescribeRouteTablesRequest{}
}

func (*Client) CreateRoutes(*CreateRoutesRequest) (*Answer, error) { return nil, errAbsent }
func (*Client) DeleteRoutes(*DeleteRoutesRequest) (*Answer, error) { return nil, errAbsent }
func (*Client) DescribeRouteTables(*DescribeRouteTablesRequest) (*Answer, error) {
	return nil, errAbsent
}
