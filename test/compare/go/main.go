// Asks BASE/0 to BASE/COUNT-1 with HEAD and with GET, each on a connection of its own, and prints what came of each as one line:
// "METHOD INDEX STATUS", with -1 for an answer that was refused, and why on standard error.
package main

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"time"
)

func main() {
	count, err := strconv.Atoi(os.Args[2])
	if err != nil {
		panic(err)
	}
	client := &http.Client{
		Timeout:       10 * time.Second,
		Transport:     &http.Transport{DisableKeepAlives: true, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	for _, method := range []string{"HEAD", "GET"} {
		for index := 0; index < count; index++ {
			request, err := http.NewRequest(method, fmt.Sprintf("%s/%d", os.Args[1], index), nil)
			if err != nil {
				panic(err)
			}
			status := -1
			response, err := client.Do(request)
			if err == nil {
				status = response.StatusCode
				response.Body.Close()
			} else {
				fmt.Fprintf(os.Stderr, "%s %d %v\n", method, index, err)
			}
			fmt.Printf("%s %d %d\n", method, index, status)
		}
	}
}
