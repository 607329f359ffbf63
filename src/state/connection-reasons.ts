import type { ReasonFacts } from './reason-facts.ts'

/**
 * The rows of the table in reasons.ts for connections that fail: the name, TCP, the time, TLS. A new row here would move the codes
 * of those that follow, so new ones go to the end of that table.
 */
export const CONNECTION_REASONS = {
  dns: {
    verdict: 'down',
    text: 'the name does not resolve',
    retried: true,
    uplink: true,
    meaning:
      'The name does not exist (NXDOMAIN), has no address, or its name servers fail (SERVFAIL). See [Name servers](#name-servers). For a [`dns://` URL](lists.md#schemes), its server does not answer what it should.',
    action: 'Ask the same name server: `dig NAME`.',
  },
  refused: {
    verdict: 'down',
    text: 'connection refused',
    retried: true,
    uplink: true,
    meaning: 'Nothing listens on this port. `detail` names up to eight addresses.',
    action: 'Check that the server runs, and on which address it listens.',
  },
  unreachable: {
    verdict: 'down',
    text: 'no route to the host',
    retried: true,
    uplink: true,
    meaning:
      'A router reports that the host cannot be reached, or this machine has no route to this address but reaches others.',
    action: 'Check the routes, and that the host is on.',
  },
  reset: {
    verdict: 'down',
    text: 'connection reset',
    retried: true,
    uplink: true,
    meaning: 'The connection was reset before the whole head of an answer had arrived.',
    action:
      "Read the server's log: a crash, a limit on connections, a firewall. Check the load balancer's back ends.",
  },
  closed: {
    verdict: 'down',
    text: 'closed before an answer',
    retried: true,
    uplink: true,
    meaning: 'The server closed the connection before the whole head of an answer had arrived.',
    action: 'As for `reset`.',
  },
  timeout: {
    verdict: 'down',
    text: 'no answer in time',
    retried: true,
    uplink: true,
    meaning:
      'The deadline, `--timeout`, passed. `detail` names the phase: `dns`, `connect`, `tls`, `wait` or `body`.',
    action:
      'Compare the times of its phases with those of other polls. A URL that is slow by design needs a longer `timeout=` on its line.',
  },
  'tls-expired': {
    verdict: 'down',
    text: 'the certificate has expired',
    meaning: 'A certificate in the chain has expired.',
    action: 'Renew it. If many URLs report it at once, check the clock of this machine.',
  },
  'tls-not-yet-valid': {
    verdict: 'down',
    text: 'the certificate is not valid yet',
    meaning: 'A certificate in the chain is not valid yet.',
    action: 'As for `tls-expired`.',
  },
  'tls-hostname': {
    verdict: 'down',
    text: 'the certificate is for another host',
    meaning: 'The certificate does not name the host of the URL.',
    action:
      'Check the names in the certificate, and whether the server selects its certificate by name (SNI).',
  },
  'tls-untrusted': {
    verdict: 'down',
    text: 'the certificate is not trusted',
    meaning:
      'The chain does not end at a trusted root: self-signed, a private authority, or an intermediate is missing.',
    action:
      'Use `--cacert FILE` for a private authority. For a self-signed certificate, set `insecure=on` for the URL, and `cert-sha256` so that no other is accepted. Otherwise let the server send its whole chain.',
  },
  'tls-version': {
    verdict: 'down',
    text: 'no TLS version in common',
    meaning:
      'Server and headcount have no TLS version in common. headcount accepts TLS 1.2 and 1.3, and with `min-tls=1.3` only that. See [Certificates](#certificates).',
    action: 'Enable TLS 1.2 or 1.3 on the server.',
  },
  tls: {
    verdict: 'down',
    text: 'the TLS handshake failed',
    retried: true,
    meaning:
      'Any other failure of the handshake: no TLS on this port, no cipher in common, a client certificate is required.',
    action: 'Use `--cert` and `--key` if the server requires a client certificate. See [TLS](#tls).',
  },
} as const satisfies Record<string, ReasonFacts>
