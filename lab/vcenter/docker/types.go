package docker

// Spec is the part of a container's configuration that machines use, under the API's names.
type Spec struct {
	Image            string
	Hostname         string
	Cmd              []string
	Env              []string
	Labels           map[string]string
	StopSignal       string
	MacAddress       string `json:",omitempty"`
	Volumes          map[string]struct{}
	HostConfig       HostConfig
	NetworkingConfig NetworkingConfig
}

// HostConfig is how the container sits on its host.
type HostConfig struct {
	Limits
	Privileged   bool
	CgroupnsMode string
	NetworkMode  string
	Binds        []string
	Tmpfs        map[string]string
	LogConfig    LogConfig
}

// LogConfig names the log driver.
type LogConfig struct{ Type string }

// Limits of a container. CPU time is given as a quota of a period, because the engine refuses more NanoCpus than the
// host has and a VM may well have more virtual CPUs than that.
type Limits struct {
	Memory     int64
	MemorySwap int64
	CPUPeriod  int64 `json:"CpuPeriod"`
	CPUQuota   int64 `json:"CpuQuota"`
}

// NetworkingConfig holds one endpoint per network.
type NetworkingConfig struct {
	EndpointsConfig map[string]Endpoint
}

// Endpoint asks for an address on a network.
type Endpoint struct{ IPAMConfig IPAMConfig }

// IPAMConfig is a wanted address.
type IPAMConfig struct{ IPv4Address string }

// State is what the engine says of a container.
type State struct {
	Status  string
	Running bool
	Pid     int
}

// Death is a container that has ended.
type Death struct {
	ID       string
	Labels   map[string]string
	ExitCode string
}
