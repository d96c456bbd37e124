// Go's crypto/x509 as a judge. One question a line on stdin, fields by tabs: "chain", certificates from below, the anchor last, CRLs, purpose, host;
// or "list", issuer, CRL. One answer a line on stdout. crypto/x509 reads CRLs and checks their signatures; looking into them is left to the caller.
package main

import (
	"bufio"
	"encoding/pem"
	"fmt"
	"os"
	"strings"
	"time"

	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
)

var purposes = map[string]x509.ExtKeyUsage{"server": x509.ExtKeyUsageServerAuth, "client": x509.ExtKeyUsageClientAuth, "code": x509.ExtKeyUsageCodeSigning}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		fields := strings.Split(in.Text(), "\t")
		err := error(nil)
		if fields[0] == "list" {
			_, err = list(fields[2], read(fields[1]))
		} else {
			err = chain(fields)
		}
		if err != nil {
			fmt.Println(strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Println("valid")
		}
	}
}

func octets(file string) []byte {
	text, err := os.ReadFile(file)
	if err != nil {
		panic(err)
	}
	block, _ := pem.Decode(text)
	return block.Bytes
}

func read(file string) *x509.Certificate {
	certificate, err := x509.ParseCertificate(octets(file))
	if err != nil {
		panic(fmt.Sprint(file, ": ", err))
	}
	return certificate
}

func list(file string, issuer *x509.Certificate) (*x509.RevocationList, error) {
	crl, err := x509.ParseRevocationList(octets(file))
	if err != nil {
		return nil, err
	}
	return crl, crl.CheckSignatureFrom(issuer)
}

func chain(fields []string) error {
	files := strings.Split(fields[1], ",")
	path := []*x509.Certificate{}
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	for i, file := range files {
		certificate := read(file)
		path = append(path, certificate)
		if i == len(files)-1 {
			roots.AddCert(certificate)
		} else if i > 0 {
			between.AddCert(certificate)
		}
	}
	wanted := []x509.ExtKeyUsage{x509.ExtKeyUsageAny}
	if usage, known := purposes[fields[3]]; known {
		wanted = []x509.ExtKeyUsage{usage}
	}
	if _, err := path[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, KeyUsages: wanted, DNSName: fields[4]}); err != nil {
		return err
	}
	return revocation(path, strings.Split(fields[2], ","))
}

func revocation(path []*x509.Certificate, files []string) error {
	for i, file := range files {
		if file == "" || i+1 >= len(path) {
			continue
		}
		crl, err := list(file, path[i+1])
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if time.Now().After(crl.NextUpdate) || time.Now().Before(crl.ThisUpdate) {
			return fmt.Errorf("%s is not of today", file)
		}
		for _, entry := range crl.RevokedCertificates {
			if entry.SerialNumber.Cmp(path[i].SerialNumber) == 0 && !released(entry.Extensions) {
				return fmt.Errorf("certificate is revoked")
			}
		}
	}
	return nil
}

// released says whether an entry has the reason removeFromCRL.
func released(extensions []pkix.Extension) bool {
	for _, extension := range extensions {
		if extension.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 21}) {
			return len(extension.Value) == 3 && extension.Value[2] == 8
		}
	}
	return false
}
