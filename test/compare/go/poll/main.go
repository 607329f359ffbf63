// Polls what standard input names, as JSON, once, and prints what came of each as a line of JSON. Nothing but the standard library:
// a program that anybody would write.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"
)

type check struct {
	Path     []any  `json:"path"`
	Operator string `json:"operator"`
	Value    string `json:"value"`
}

type job struct {
	Scheme    string            `json:"scheme"`
	URL       string            `json:"url"`
	Method    string            `json:"method"`
	Data      *string           `json:"data"`
	Headers   map[string]string `json:"headers"`
	Auth      *struct{ Scheme, Secret string }
	Accept    [][]int           `json:"accept"`
	Redirects int               `json:"redirects"`
	Body      []string          `json:"body"`
	BodyNot   []string          `json:"bodyNot"`
	JSON      []check           `json:"json"`
	Response  map[string]string `json:"response"`
	BodyLimit int64             `json:"bodyLimit"`
	MaxSize   int64             `json:"maxSize"`
	TimeoutMs int               `json:"timeoutMs"`
	Insecure  bool              `json:"insecure"`
	MinTLS    string            `json:"minTls"`
	CertDays  int               `json:"certDays"`
	Pin       string            `json:"pin"`
	PinOf     string            `json:"pinOf"`
	Resolve   string            `json:"resolve"`
	Server    string            `json:"serverName"`
	IPV       int               `json:"ipv"`
	Proxy     string            `json:"proxy"`
	Starttls  string            `json:"starttls"`
	Talk      [][]string        `json:"talk"`

	AuthorityFile string `json:"authorityFile"`
	CertFile      string `json:"certFile"`
	KeyFile       string `json:"keyFile"`

	NameServer string `json:"nameServer"`
	DNSName    string `json:"dnsName"`
	DNSType    string `json:"dnsType"`
	DNSExpect  string `json:"dnsExpect"`
}

type result struct {
	At      int    `json:"at"`
	Verdict string `json:"verdict"`
	Status  int    `json:"status"`
	Why     string `json:"why"`
}

func (j job) timeout() time.Duration { return time.Duration(j.TimeoutMs) * time.Millisecond }

func poll(j job) (int, string) {
	switch j.Scheme {
	case "http", "https":
		return pollHTTP(j)
	case "dns":
		return 0, pollDNS(j)
	}
	return 0, pollSocket(j)
}

func main() {
	var jobs []job
	if err := json.NewDecoder(os.Stdin).Decode(&jobs); err != nil {
		panic(err)
	}
	var running sync.WaitGroup
	var printing sync.Mutex
	slots := make(chan struct{}, 16)
	for at, one := range jobs {
		running.Add(1)
		slots <- struct{}{}
		go func() {
			defer running.Done()
			status, why := poll(one)
			<-slots
			verdict := "up"
			if why != "" {
				verdict = "down"
			}
			text, err := json.Marshal(result{at, verdict, status, why})
			if err != nil {
				panic(err)
			}
			printing.Lock()
			defer printing.Unlock()
			fmt.Println(string(text))
		}()
	}
	running.Wait()
}
