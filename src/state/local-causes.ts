/** What is known of one cause of the reason `local`. */
export interface LocalCauseFacts {
  /** The `detail` of a State, or a part of it if more is known. */
  readonly text: string
  /** This machine has run out of something, so fewer polls in flight help. */
  readonly exhausted?: true
  /** When this happens, for the documentation. */
  readonly meaning: string
  /** What an operator should do about it, for the documentation. */
  readonly action: string
}

/**
 * Every cause of the verdict `unknown` and its reason `local`: headcount or this machine is at fault, so nothing is known of
 * the URL. docs/verdicts.md lists them with the files that detect them; `judge` in poll/verdict/judge.ts gives the verdict.
 */
const TABLE = {
  'no-descriptors': {
    text: 'out of file descriptors',
    exhausted: true,
    meaning: 'This process may open no more files or sockets (EMFILE).',
    action: 'Raise `ulimit -n` (`LimitNOFILE=` under systemd), or lower `--concurrency`.',
  },
  'no-system-descriptors': {
    text: 'the system is out of file descriptors',
    exhausted: true,
    meaning: 'The whole machine may open no more files or sockets (ENFILE).',
    action: 'Raise `fs.file-max`.',
  },
  'no-ports': {
    text: 'out of local ports',
    exhausted: true,
    meaning: 'No local port is free for a connection (EADDRNOTAVAIL, EADDRINUSE).',
    action: 'Widen `net.ipv4.ip_local_port_range`, or use `--keep-alive`.',
  },
  'no-buffers': {
    text: 'out of network buffers',
    exhausted: true,
    meaning: 'The kernel has no memory for sockets (ENOBUFS).',
    action: 'Lower `--concurrency`.',
  },
  'no-memory': {
    text: 'out of memory',
    exhausted: true,
    meaning: 'The kernel has no memory (ENOMEM).',
    action: 'Give this machine more memory, or lower `--concurrency`.',
  },
  'network-down': {
    text: 'the network is down',
    meaning: 'The network interface is down (ENETDOWN).',
    action: 'Bring the interface up.',
  },
  'local-firewall': {
    text: 'a rule of this machine forbids it',
    meaning:
      'A firewall rule or a policy of this machine forbids the connection (EPERM; EACCES of a Unix socket).',
    action: 'Check the firewall of this machine.',
  },
  'no-route': {
    text: 'no route from here',
    meaning:
      'This machine has no route to any address of the URL, nor to another address of the same family.',
    action: 'Check routes and addresses: `ip route get ADDRESS`.',
  },
  'no-source': {
    text: 'the source address cannot be used',
    meaning:
      'The address or interface of `source` is not on this machine, is not of the family of the URL, or is a loopback address and the URL is elsewhere.',
    action: 'Check `source` against `ip address`.',
  },
  'invalid-request': {
    text: 'invalid byte in the request',
    meaning: 'The path or a header of the request holds a byte that HTTP does not allow there.',
    action: 'Correct the URL of the redirect, or the header.',
  },
  'hosts-unread': {
    text: 'the hosts file could not be read in time',
    meaning: 'The deadline passed while `/etc/hosts` or `/etc/resolv.conf` was read.',
    action: 'Check the disk of this machine.',
  },
  'dns-unreachable': {
    text: 'could not be asked',
    meaning: 'Nothing listens at the address of a name server, or this machine has no route to it.',
    action: 'Check `--resolver` or `/etc/resolv.conf`.',
  },
  'dns-silent': {
    text: 'the name servers do not answer',
    meaning: 'Name servers do not answer, and lost datagrams may be why.',
    action: 'Check the name servers, and the way to them.',
  },
  'dns-tcp': {
    text: 'does not answer over TCP',
    meaning: 'An answer is too long for UDP, and the name server does not send it over TCP.',
    action: 'Allow DNS over TCP, port 53.',
  },
  'dns-failing': {
    text: 'lookups of every name fail',
    meaning: 'A lookup failed, and so did a lookup of a name that every name server can answer.',
    action: 'Check the name servers.',
  },
  'dns-late': {
    text: 'the name servers answered late',
    meaning: 'Addresses of one family came just before the deadline, since datagrams were lost.',
    action: 'Check the way to the name servers.',
  },
  'dns-closed': {
    text: 'lookups have ended',
    meaning: 'headcount is ending.',
    action: 'Nothing.',
  },
  'thread-stalled': {
    text: "the poller's thread stood still",
    meaning:
      'The thread of the poller did not run for a while: a busy CPU, a stopped process, a machine that was suspended. `stalledMs` says for how long.',
    action: 'Give headcount more CPU, or lower `--pool-size`.',
  },
  'uplink-out': {
    text: "this machine's uplink seems to be out",
    meaning: 'Nothing else answers either. See [Uplink](#uplink).',
    action: 'Check the uplink. Use `--canary` if the whole list is in one place.',
  },
  'poller-lost': {
    text: 'set aside: each time it was polled, its poller was lost',
    meaning: 'The poll of this URL ended one poller thread after another. It is not polled for an hour.',
    action: 'Report it: this is a bug of headcount.',
  },
  'module-file': {
    text: 'a file of the module cannot be used',
    meaning: 'Only in probes: a file that the module names cannot be read, or is not what it should be.',
    action: 'Correct the file that `detail` names.',
  },
  'unknown-error': {
    text: 'an error that headcount does not know',
    meaning: 'An error that headcount does not know; `detail` has its code and its message.',
    action: 'Report it: this is probably a bug of headcount.',
  },
} as const satisfies Record<string, LocalCauseFacts>

/** One cause of the reason `local`. */
export type LocalCause = keyof typeof TABLE

/** What is known of each cause. */
export const LOCAL_CAUSES: Readonly<Record<LocalCause, LocalCauseFacts>> = TABLE

/** Whether this machine has run out of something, by the `detail` of a State, which may name several causes. */
export function isExhaustion(detail: string): boolean {
  return EXHAUSTION_TEXTS.some((text) => detail.includes(text))
}

const EXHAUSTION_TEXTS = Object.values(LOCAL_CAUSES)
  .filter(({ exhausted }) => exhausted === true)
  .map(({ text }) => text)
