// Command lab-repository signs and serves an apt repository, as the Kubernetes project has one.
//
//	lab-repository sign FOLDER
//	lab-repository serve --listen ADDRESS --certificate FILE --key FILE FOLDER
//
// `sign` makes a key for the one use: its public half is Release.key in the folder, its private half is kept nowhere.
package main

import (
	"bytes"
	"crypto"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/crypto/openpgp"           //nolint:staticcheck // frozen, and all that a signature for apt needs
	"golang.org/x/crypto/openpgp/armor"     //nolint:staticcheck
	"golang.org/x/crypto/openpgp/clearsign" //nolint:staticcheck
	"golang.org/x/crypto/openpgp/packet"    //nolint:staticcheck
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "lab-repository:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) == 0 {
		return errors.New("want sign or serve")
	}
	switch command, rest := arguments[0], arguments[1:]; {
	case command == "sign" && len(rest) == 1:
		return sign(rest[0])
	case command == "serve":
		return serve(rest)
	}
	return errors.New("want sign FOLDER, or serve --listen ADDRESS --certificate FILE --key FILE FOLDER")
}

// sign writes InRelease and Release.gpg beside the folder's Release, and the key that they are checked with.
func sign(folder string) error {
	release, err := os.ReadFile(filepath.Join(folder, "Release"))
	if err != nil {
		return err
	}
	config := &packet.Config{DefaultHash: crypto.SHA256, RSABits: 3072}
	signer, err := openpgp.NewEntity("Slipway lab", "packages", "lab@localhost", config)
	if err != nil {
		return err
	}
	var key, detached, inline bytes.Buffer
	armored, err := armor.Encode(&key, openpgp.PublicKeyType, nil)
	if err != nil {
		return err
	}
	if err := errors.Join(signer.Serialize(armored), armored.Close()); err != nil {
		return err
	}
	if err := openpgp.ArmoredDetachSign(&detached, signer, bytes.NewReader(release), config); err != nil {
		return err
	}
	text, err := clearsign.Encode(&inline, signer.PrivateKey, config)
	if err != nil {
		return err
	}
	if _, err := text.Write(release); err != nil {
		return err
	}
	if err := text.Close(); err != nil {
		return err
	}
	for name, content := range map[string][]byte{
		"Release.key": key.Bytes(), "Release.gpg": detached.Bytes(), "InRelease": inline.Bytes(),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), append(content, '\n'), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// serve answers with the folder's files until it is ended.
func serve(arguments []string) error {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	listen := flags.String("listen", "", "address")
	certificate := flags.String("certificate", "", "PEM file")
	key := flags.String("key", "", "PEM file of the certificate's key")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	server := &http.Server{
		Addr:              *listen,
		Handler:           http.FileServer(http.Dir(flags.Arg(0))),
		ReadHeaderTimeout: 10 * time.Second,
		TLSConfig:         &tls.Config{MinVersion: tls.VersionTLS12},
	}
	return server.ListenAndServeTLS(*certificate, *key)
}
