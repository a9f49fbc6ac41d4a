// json-exporter for the lab's registry, with the versions of everything that it requires.
module slipway/lab/monitoring/json-exporter

go 1.23.0

require github.com/prometheus-community/json_exporter v0.7.0
