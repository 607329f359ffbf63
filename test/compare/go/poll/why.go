package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/textproto"
	"os"
	"strings"
	"syscall"
)

// The word of headcount for an error, as near as the errors of Go tell.
func why(err error) string {
	var hostname x509.HostnameError
	var authority x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	var alert tls.AlertError
	var record tls.RecordHeaderError
	var lookup *net.DNSError
	var netError net.Error
	var reply *textproto.Error
	text := err.Error()
	switch {
	case errors.Is(err, errRedirects), strings.Contains(text, "Location"), strings.Contains(text, "unsupported protocol scheme"),
		strings.Contains(text, "no Host"), strings.Contains(text, "invalid port"):
		return "redirect"
	case errors.As(err, &hostname):
		return "tls-hostname"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "tls-expired"
	case errors.As(err, &authority), errors.As(err, &invalid):
		return "tls-untrusted"
	case strings.Contains(text, "no suitable address"):
		return "policy"
	case errors.As(err, &lookup):
		return "dns"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "reset"
	case errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &netError) && netError.Timeout():
		return "timeout"
	case errors.As(err, &alert), errors.As(err, &record), strings.Contains(text, "tls: "),
		strings.Contains(text, "gave HTTP response to HTTPS client"):
		return "tls"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), strings.Contains(text, "unexpected EOF"):
		return "closed"
	case strings.Contains(text, "malformed"), strings.Contains(text, "chunk"), errors.As(err, &reply),
		strings.Contains(text, "HTTP/1.x transport connection broken"):
		return "protocol"
	case strings.Contains(text, "gzip"), strings.Contains(text, "flate"):
		return "body"
	}
	return text
}
