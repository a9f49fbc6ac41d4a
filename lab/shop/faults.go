package main

// What is wrong with the bad versions. Each goes wrong in one service, after others have been rolled out: all of them
// have to go back.
var crashes = map[string]string{"6.6.6": "web"}
var neverHealthy = map[string]string{"6.6.7": "api"}

// Why the service ends right after its start; empty when it does not.
func crash(service string) string {
	if crashes[version] != service {
		return ""
	}
	return "the price list has format 7, and this version reads up to 6"
}

// Why the service is never healthy; empty when it is.
func sickness(service string) string {
	if neverHealthy[version] != service {
		return ""
	}
	return "the price list is not loaded"
}
