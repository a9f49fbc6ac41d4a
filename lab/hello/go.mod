module slipway/lab/hello

go 1.24
