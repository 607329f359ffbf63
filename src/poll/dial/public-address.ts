import net from 'node:net'

// Not globally reachable: the IANA IPv4 special-purpose registry
// (https://www.iana.org/assignments/iana-ipv4-special-registry), and multicast.
const IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]

// Not globally reachable: the IANA IPv6 special-purpose registry (https://www.iana.org/assignments/iana-ipv6-special-registry)
// and everything outside 2000::/3, the only global unicast space. For prefixes that embed an IPv4 address, that address decides.
const IPV6 = [
  '::/96',
  '::ffff:0:0:0/96',
  '64:ff9b:1::/48',
  '100::/8',
  '200::/7',
  '400::/6',
  '800::/5',
  '1000::/4',
  '2001::/23',
  '2001:db8::/32',
  '3fff::/20',
  '4000::/2',
  '8000::/1',
]

/** IPv6 prefixes followed by an IPv4 address: NAT64 and 6to4. BlockList itself handles ::ffff:0:0/96. */
const EMBEDDED_IPV4 = [
  { bits: 96, address: (hi: string, lo: string) => `64:ff9b::${hi}:${lo}` },
  { bits: 16, address: (hi: string, lo: string) => `2002:${hi}:${lo}::` },
]

const notPublic = new net.BlockList()
for (const range of IPV4) {
  const [address, bits] = split(range)
  notPublic.addSubnet(address, bits, 'ipv4')
  const bytes = address.split('.').map(Number)
  const [hi, lo] = [0, 2].map((at) => (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16)) as [
    string,
    string,
  ]
  for (const prefix of EMBEDDED_IPV4) notPublic.addSubnet(prefix.address(hi, lo), prefix.bits + bits, 'ipv6')
}
for (const range of IPV6) notPublic.addSubnet(...split(range), 'ipv6')

function split(range: string): [address: string, bits: number] {
  const [address = '', bits] = range.split('/')
  return [address, Number(bits)]
}

/** Whether an IP address (without brackets) is public: `--deny-private` allows only those. */
export function isPublic(address: string): boolean {
  return !notPublic.check(address, net.isIPv6(address) ? 'ipv6' : 'ipv4')
}
