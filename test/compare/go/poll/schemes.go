package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/smtp"
	"regexp"
	"strings"
	"time"
)

func pollSocket(j job) string {
	address := j.URL[strings.Index(j.URL, "//")+2:]
	network := "tcp"
	if j.IPV != 0 {
		network = fmt.Sprintf("tcp%d", j.IPV)
	}
	plain, err := net.DialTimeout(network, address, j.timeout())
	if err != nil {
		return why(err)
	}
	defer plain.Close()
	must(plain.SetDeadline(time.Now().Add(j.timeout())))
	host, _, err := net.SplitHostPort(address)
	must(err)
	config := tlsConfig(j)
	if config.ServerName == "" {
		config.ServerName = host
	}
	conn := plain
	if j.Starttls == "smtp" {
		client, err := smtp.NewClient(plain, host)
		if err == nil {
			err = client.StartTLS(config)
		}
		if err != nil {
			return why(err)
		}
		return ""
	}
	if j.Scheme == "tls" {
		secure := tls.Client(plain, config)
		if err := secure.Handshake(); err != nil {
			return why(err)
		}
		if failed := judgeCertificates(j, secure.ConnectionState().PeerCertificates); failed != "" {
			return failed
		}
		conn = secure
	}
	return talk(j, conn)
}

func talk(j job, conn net.Conn) string {
	received := []byte{}
	buffer := make([]byte, 4096)
	for _, step := range j.Talk {
		if step[0] == "send" {
			received = received[:0]
			if _, err := conn.Write([]byte(step[1])); err != nil {
				return why(err)
			}
			continue
		}
		expected := regexp.MustCompile(step[1])
		for !expected.Match(received) {
			count, err := conn.Read(buffer)
			received = append(received, buffer[:count]...)
			if err != nil && !expected.Match(received) {
				if len(received) > 0 {
					return "body"
				}
				return why(err)
			}
		}
	}
	return ""
}

func pollDNS(j job) string {
	resolver := &net.Resolver{
		PreferGo: true,
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, j.NameServer)
		},
	}
	ctx, cancel := context.WithTimeout(context.Background(), j.timeout())
	defer cancel()
	records, err := look(ctx, resolver, j.DNSName+".", j.DNSType)
	if err != nil || len(records) == 0 {
		return "dns"
	}
	if j.DNSExpect != "" && !regexp.MustCompile(j.DNSExpect).MatchString(strings.Join(records, "\n")) {
		return "body"
	}
	return ""
}

func look(ctx context.Context, resolver *net.Resolver, name, kind string) ([]string, error) {
	records := []string{}
	add := func(data ...any) { records = append(records, strings.TrimSuffix(fmt.Sprintln(data...), "\n")) }
	var err error
	switch kind {
	case "A", "AAAA":
		network := "ip4"
		if kind == "AAAA" {
			network = "ip6"
		}
		var found []net.IP
		found, err = resolver.LookupIP(ctx, network, name)
		for _, one := range found {
			add(one)
		}
	case "MX":
		var found []*net.MX
		found, err = resolver.LookupMX(ctx, name)
		for _, one := range found {
			add(one.Pref, one.Host)
		}
	case "NS":
		var found []*net.NS
		found, err = resolver.LookupNS(ctx, name)
		for _, one := range found {
			add(one.Host)
		}
	case "TXT":
		records, err = resolver.LookupTXT(ctx, name)
	case "SRV":
		var found []*net.SRV
		_, found, err = resolver.LookupSRV(ctx, "", "", name)
		for _, one := range found {
			add(one.Priority, one.Weight, one.Port, one.Target)
		}
	case "PTR":
		records, err = resolver.LookupAddr(ctx, strings.TrimSuffix(name, "."))
	}
	return records, err
}
