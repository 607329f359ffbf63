//go:build !fasthttp

package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

const bodyLimit = 1 << 20

// get executes an HTTP GET request for url and returns the HTTP status string and the body.
func get(client *http.Client, url string) (string, []byte, error) {
	resp, err := client.Get(url)
	if err != nil {
		return "", nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, bodyLimit))
	return resp.Status, body, err
}

var methods = map[string]func(*http.Client, string) (string, error){
	"": func(client *http.Client, url string) (string, error) {
		resp, err := client.Head(url)
		if err != nil {
			return "", err
		}
		resp.Body.Close()
		return resp.Status, nil
	},
	"body": func(client *http.Client, url string) (string, error) {
		status, body, err := get(client, url)
		if err == nil && !strings.Contains(string(body), *text) {
			err = errors.New("the text is missing")
		}
		return status, err
	},
	"json": func(client *http.Client, url string) (string, error) {
		status, body, err := get(client, url)
		if err != nil {
			return "", err
		}
		// Any path could be asked for, so the whole document is read.
		var document map[string]any
		if err := json.Unmarshal(body, &document); err != nil {
			return "", err
		}
		if document["status"] != "ok" {
			return "", errors.New("the status is not ok")
		}
		return status, nil
	},
	"tcp": func(_ *http.Client, url string) (string, error) {
		conn, err := net.DialTimeout("tcp", strings.TrimPrefix(url, "tcp://"), 5*time.Second)
		if err != nil {
			return "", err
		}
		return "connected", conn.Close()
	},
	"query": func(_ *http.Client, url string) (string, error) {
		server, name, _ := strings.Cut(strings.TrimPrefix(url, "dns://"), "/")
		name, _, _ = strings.Cut(name, "?")
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, server)
		}}
		_, err := resolver.LookupIP(ctx, "ip4", name+".")
		return "answered", err
	},
}

func newClient() client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableKeepAlives = !*keep
	// By default it keeps 100 connections, 2 an origin: too few for these lists.
	transport.MaxIdleConns = 0
	transport.MaxIdleConnsPerHost = *pollers
	if *resolver != "" {
		dialer := &net.Dialer{Resolver: &net.Resolver{
			PreferGo: true,
			Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, *resolver)
			},
		}}
		transport.DialContext = dialer.DialContext
	}
	if *root != "" {
		transport.TLSClientConfig = trusting(*root)
	}
	http, method := &http.Client{Transport: transport}, methods[*check]
	return func(url string) (string, error) { return method(http, url) }
}
