// The Go codewalk "Share Memory By Communicating" (doc/codewalk/urlpoll.go of the Go repository) with a list, an interval and
// a number of pollers that can be chosen: the plain Go program that headcount is compared with.
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

var (
	list     = flag.String("f", "", "list of URLs")
	pollers  = flag.Int("pollers", 64, "number of Poller goroutines")
	interval = flag.Duration("i", time.Minute, "how often to poll each URL")
	keep     = flag.Bool("keep-alive", false, "keep connections between polls")
	resolver = flag.String("resolver", "", "address of a DNS server")
	root     = flag.String("cacert", "", "trust this certificate (PEM)")
	check    = flag.String("check", "", "body or json: GET and look into the body; tcp: connect; query: ask a DNS server")
	text     = flag.String("text", "", "what a body must contain")
)

const errTimeout = 10 * time.Second

var polls, failed atomic.Int64

// State represents the last-known state of a URL.
type State struct {
	url    string
	status string
}

// StateMonitor maintains a map that stores the state of the URLs being polled.
func StateMonitor() chan<- State {
	updates := make(chan State)
	urlStatus := make(map[string]string)
	go func() {
		for s := range updates {
			urlStatus[s.url] = s.status
		}
	}()
	return updates
}

// Resource represents an HTTP URL to be polled by this program.
type Resource struct {
	url      string
	errCount int
}

// Poll executes an HTTP HEAD request for url and returns the HTTP status string or an error string.
func (r *Resource) Poll(client *http.Client) string {
	polls.Add(1)
	status, err := methods[*check](client, r.url)
	if err != nil {
		failed.Add(1)
		r.errCount++
		return err.Error()
	}
	r.errCount = 0
	return status
}

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

// Sleep sleeps for an appropriate interval (dependent on error state) before sending the Resource to done.
func (r *Resource) Sleep(done chan<- *Resource) {
	time.Sleep(*interval + errTimeout*time.Duration(r.errCount))
	done <- r
}

func Poller(client *http.Client, in <-chan *Resource, out chan<- *Resource, status chan<- State) {
	for r := range in {
		s := r.Poll(client)
		status <- State{r.url, s}
		out <- r
	}
}

func newClient() *http.Client {
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
		pem, err := os.ReadFile(*root)
		if err != nil {
			log.Fatal(err)
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(pem)
		transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	}
	return &http.Client{Transport: transport}
}

func main() {
	flag.Parse()
	file, err := os.Open(*list)
	if err != nil {
		log.Fatal(err)
	}
	client := newClient()

	// Create our input and output channels.
	pending, complete := make(chan *Resource), make(chan *Resource)

	// Launch the StateMonitor.
	status := StateMonitor()

	// Launch some Poller goroutines.
	for i := 0; i < *pollers; i++ {
		go Poller(client, pending, complete, status)
	}

	// Send some Resources to the pending queue.
	go func() {
		lines := bufio.NewScanner(file)
		for lines.Scan() {
			pending <- &Resource{url: lines.Text()}
		}
	}()

	go func() {
		told := make(chan os.Signal, 1)
		signal.Notify(told, syscall.SIGTERM)
		<-told
		fmt.Printf("{\"polls\":%d,\"failed\":%d}\n", polls.Load(), failed.Load())
		os.Exit(0)
	}()

	for r := range complete {
		go r.Sleep(pending)
	}
}
