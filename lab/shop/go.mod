module slipway/lab/shop

go 1.24
