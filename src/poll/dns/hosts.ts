import net from 'node:net'

/** Addresses by lower-case name. Bounded by the size of the file that is read. */
export type Hosts = ReadonlyMap<string, readonly string[]>

/** Parses a hosts(5) file. Lines that do not begin with an address are skipped. */
export function parseHosts(text: string): Hosts {
  const hosts = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [address = '', ...names] = (line.split('#', 1)[0] ?? '').trim().split(/\s+/)
    if (net.isIP(address) === 0) continue
    for (const name of names) {
      const key = name.toLowerCase()
      const addresses = hosts.get(key)
      if (addresses === undefined) hosts.set(key, [address])
      else if (!addresses.includes(address)) addresses.push(address)
    }
  }
  return hosts
}
