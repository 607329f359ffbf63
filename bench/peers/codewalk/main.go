// The Go codewalk "Share Memory By Communicating" (doc/codewalk/urlpoll.go of the Go repository) with a list, an interval and
// a number of pollers that can be chosen: the plain Go program that headcount is compared with.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
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

// A client polls a URL, as the flags say, and returns the HTTP status string or an error: see nethttp.go and fasthttp.go.
type client func(url string) (string, error)

// Poll executes an HTTP HEAD request for url and returns the HTTP status string or an error string.
func (r *Resource) Poll(poll client) string {
	polls.Add(1)
	status, err := poll(r.url)
	if err != nil {
		failed.Add(1)
		r.errCount++
		return err.Error()
	}
	r.errCount = 0
	return status
}

// Sleep sleeps for an appropriate interval (dependent on error state) before sending the Resource to done.
func (r *Resource) Sleep(done chan<- *Resource) {
	time.Sleep(*interval + errTimeout*time.Duration(r.errCount))
	done <- r
}

func Poller(poll client, in <-chan *Resource, out chan<- *Resource, status chan<- State) {
	for r := range in {
		s := r.Poll(poll)
		status <- State{r.url, s}
		out <- r
	}
}

// trusting returns a configuration for TLS that trusts the certificates of this file only.
func trusting(file string) *tls.Config {
	pem, err := os.ReadFile(file)
	if err != nil {
		log.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	return &tls.Config{RootCAs: roots}
}

func main() {
	flag.Parse()
	file, err := os.Open(*list)
	if err != nil {
		log.Fatal(err)
	}
	poll := newClient()

	// Create our input and output channels.
	pending, complete := make(chan *Resource), make(chan *Resource)

	// Launch the StateMonitor.
	status := StateMonitor()

	// Launch some Poller goroutines.
	for i := 0; i < *pollers; i++ {
		go Poller(poll, pending, complete, status)
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
