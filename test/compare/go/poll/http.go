package main

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var errRedirects = errors.New("too many redirects")

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func tlsConfig(j job) *tls.Config {
	pem, err := os.ReadFile(j.AuthorityFile)
	must(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	config := &tls.Config{RootCAs: roots, InsecureSkipVerify: j.Insecure, ServerName: j.Server}
	if j.MinTLS == "1.3" {
		config.MinVersion = tls.VersionTLS13
	}
	if j.CertFile != "" {
		pair, err := tls.LoadX509KeyPair(j.CertFile, j.KeyFile)
		must(err)
		config.Certificates = []tls.Certificate{pair}
	}
	return config
}

func dial(j job) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if j.IPV != 0 {
			network = fmt.Sprintf("tcp%d", j.IPV)
		}
		if j.Resolve != "" {
			_, port, err := net.SplitHostPort(address)
			must(err)
			address = net.JoinHostPort(j.Resolve, port)
		}
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
}

func pollHTTP(j job) (int, string) {
	transport := &http.Transport{DialContext: dial(j), TLSClientConfig: tlsConfig(j), DisableKeepAlives: true}
	if j.Proxy != "" {
		proxy, err := url.Parse(j.Proxy)
		must(err)
		transport.Proxy = http.ProxyURL(proxy)
	}
	client := &http.Client{
		Timeout:   j.timeout(),
		Transport: transport,
		CheckRedirect: func(_ *http.Request, via []*http.Request) error {
			if j.Redirects == 0 {
				return http.ErrUseLastResponse
			}
			if len(via) > j.Redirects {
				return errRedirects
			}
			return nil
		},
	}
	var body io.Reader
	if j.Data != nil {
		body = strings.NewReader(*j.Data)
	}
	request, err := http.NewRequest(j.Method, j.URL, body)
	if err != nil {
		return 0, "url"
	}
	for name, value := range j.Headers {
		if strings.EqualFold(name, "accept-encoding") {
			continue // The transport asks for gzip and decodes it, if it is not told what to ask for.
		}
		request.Header.Set(name, value)
		if strings.EqualFold(name, "host") {
			request.Host = value
		}
	}
	if j.Auth != nil && j.Auth.Scheme == "basic" {
		name, password, _ := strings.Cut(j.Auth.Secret, ":")
		request.SetBasicAuth(name, password)
	} else if j.Auth != nil {
		request.Header.Set("Authorization", "Bearer "+j.Auth.Secret)
	}
	response, err := client.Do(request)
	if err != nil {
		word := why(err)
		if j.Proxy != "" && strings.Contains(word, " ") {
			word = "proxy" // What a proxy answers to CONNECT is the whole text of the error.
		}
		return 0, word
	}
	defer response.Body.Close()
	return response.StatusCode, judge(j, response)
}

func judge(j job, response *http.Response) string {
	isAccepted := false
	for _, bounds := range j.Accept {
		isAccepted = isAccepted || (bounds[0] <= response.StatusCode && response.StatusCode <= bounds[1])
	}
	if !isAccepted {
		return "status"
	}
	if response.TLS != nil {
		if failed := judgeCertificates(j, response.TLS.PeerCertificates); failed != "" {
			return failed
		}
	}
	text := []byte{}
	if len(j.Body)+len(j.BodyNot)+len(j.JSON) > 0 || j.MaxSize != 0 {
		var reader io.Reader = response.Body
		if j.BodyLimit != 0 {
			reader = io.LimitReader(reader, j.BodyLimit)
		}
		var err error
		if text, err = io.ReadAll(reader); err != nil {
			return why(err)
		}
	}
	for name, expression := range j.Response {
		found := false
		for _, value := range response.Header.Values(name) {
			found = found || regexp.MustCompile(expression).MatchString(value)
		}
		if !found {
			return "header"
		}
	}
	if j.MaxSize != 0 && int64(len(text)) > j.MaxSize {
		return "body"
	}
	for _, expression := range j.Body {
		if !regexp.MustCompile(expression).Match(text) {
			return "body"
		}
	}
	for _, expression := range j.BodyNot {
		if regexp.MustCompile(expression).Match(text) {
			return "body"
		}
	}
	for _, check := range j.JSON {
		if !hasJSON(check, text) {
			return "body"
		}
	}
	return ""
}

func judgeCertificates(j job, chain []*x509.Certificate) string {
	if j.Pin != "" {
		data := chain[0].Raw
		if j.PinOf == "spki" {
			data = chain[0].RawSubjectPublicKeyInfo
		}
		sum := sha256.Sum256(data)
		if hex.EncodeToString(sum[:]) != j.Pin {
			return "tls-pin"
		}
	}
	for _, certificate := range chain {
		if j.CertDays > 0 && time.Until(certificate.NotAfter) < time.Duration(j.CertDays)*24*time.Hour {
			return "tls-expiring"
		}
	}
	return ""
}

func hasJSON(c check, document []byte) bool {
	var value any
	if json.Unmarshal(document, &value) != nil {
		return false
	}
	for _, step := range c.Path {
		switch key := step.(type) {
		case string:
			object, _ := value.(map[string]any)
			member, found := object[key]
			if !found {
				return false
			}
			value = member
		case float64:
			array, _ := value.([]any)
			if int(key) >= len(array) {
				return false
			}
			value = array[int(key)]
		}
	}
	text := fmt.Sprint(value)
	if value == nil {
		text = "null"
	}
	number, isNumber := value.(float64)
	wanted, err := strconv.ParseFloat(c.Value, 64)
	switch c.Operator {
	case "<":
		return isNumber && err == nil && number < wanted
	case ">":
		return isNumber && err == nil && number > wanted
	case "=":
		return isNumber && err == nil && number == wanted || text == c.Value
	case "!=":
		return !(isNumber && err == nil && number == wanted || text == c.Value)
	}
	return true
}
