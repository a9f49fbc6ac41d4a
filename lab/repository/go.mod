module slipway/lab/repository

go 1.26

require golang.org/x/crypto v0.36.0
