// Package errors stands in for the package of this name in the SDK of Tencent's cloud: see ../../README.md.
package errors

// TencentCloudSDKError is what the SDK's calls fail with.
type TencentCloudSDKError struct{}

func (*TencentCloudSDKError) Error() string { return "this build knows no Tencent cloud" }
