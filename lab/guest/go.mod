module slipway/lab/guest

go 1.24
