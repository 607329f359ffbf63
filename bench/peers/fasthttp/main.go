// The Go codewalk with fasthttp in place of net/http: a client that is made for speed. See bench/peers/codewalk.
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

	"github.com/valyala/fasthttp"
)

var (
	list     = flag.String("f", "", "list of URLs")
	pollers  = flag.Int("pollers", 64, "number of Poller goroutines")
	interval = flag.Duration("i", time.Minute, "how often to poll each URL")
	keep     = flag.Bool("keep-alive", false, "keep connections between polls")
	root     = flag.String("cacert", "", "trust this certificate (PEM)")
)

const (
	errTimeout = 10 * time.Second
	deadline   = 10 * time.Second
)

var polls, failed atomic.Int64

// State represents the last-known state of a URL.
type State struct {
	url    string
	status int
}

// StateMonitor maintains a map that stores the state of the URLs being polled.
func StateMonitor() chan<- State {
	updates := make(chan State)
	urlStatus := make(map[string]int)
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

// Poll executes an HTTP HEAD request for url and returns the HTTP status, 0 for an error.
func (r *Resource) Poll(client *fasthttp.Client) int {
	polls.Add(1)
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	req.SetRequestURI(r.url)
	req.Header.SetMethod(fasthttp.MethodHead)
	if !*keep {
		req.SetConnectionClose()
	}
	if err := client.DoTimeout(req, resp, deadline); err != nil {
		failed.Add(1)
		r.errCount++
		return 0
	}
	r.errCount = 0
	return resp.StatusCode()
}

// Sleep sleeps for an appropriate interval (dependent on error state) before sending the Resource to done.
func (r *Resource) Sleep(done chan<- *Resource) {
	time.Sleep(*interval + errTimeout*time.Duration(r.errCount))
	done <- r
}

func Poller(client *fasthttp.Client, in <-chan *Resource, out chan<- *Resource, status chan<- State) {
	for r := range in {
		s := r.Poll(client)
		status <- State{r.url, s}
		out <- r
	}
}

func newClient() *fasthttp.Client {
	client := &fasthttp.Client{MaxConnsPerHost: *pollers, MaxIdleConnDuration: time.Minute}
	if *root != "" {
		pem, err := os.ReadFile(*root)
		if err != nil {
			log.Fatal(err)
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(pem)
		client.TLSConfig = &tls.Config{RootCAs: roots}
	}
	return client
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
