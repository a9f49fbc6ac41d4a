package main

import "flag"

// Flannel sets this flag of a later klog, to what the klog of this build always does.
func init() { flag.Bool("legacy_stderr_threshold_behavior", true, "without effect") }
