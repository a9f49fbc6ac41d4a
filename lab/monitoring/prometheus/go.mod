// Prometheus for the lab's registry: that of Debian knows no Kubernetes. With the versions of everything that it requires.
module slipway/lab/monitoring/prometheus

go 1.26.0

require github.com/prometheus/prometheus v0.315.0
