import { readFileSync } from 'node:fs'

/** What Go knows without the file. */
const KNOWN = `domain 53/tcp
domain 53/udp
ftp 21/tcp
ftps 990/tcp
gopher 70/tcp
http 80/tcp
https 443/tcp
imap2 143/tcp
imap3 220/tcp
imaps 993/tcp
pop3 110/tcp
pop3s 995/tcp
smtp 25/tcp
submissions 465/tcp
ssh 22/tcp
telnet 23/tcp`

let services: ReadonlyMap<string, number> | null = null

/** The port of a service such as `ssh`, as /etc/services has it; null if it is not known. The file is read once. */
export function servicePort(name: string, protocol: 'tcp' | 'udp'): number | null {
  services ??= readServices()
  return services.get(`${name.toLowerCase()}/${protocol}`) ?? null
}

function readServices(): ReadonlyMap<string, number> {
  const ports = new Map<string, number>()
  for (const line of `${KNOWN}\n${fileText()}`.split('\n')) {
    const [name = '', portAndProtocol = '', ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/)
    const [port, protocol] = portAndProtocol.split('/')
    for (const one of [name, ...aliases])
      if (protocol !== undefined) ports.set(`${one}/${protocol}`, Number(port))
  }
  return ports
}

function fileText(): string {
  try {
    return readFileSync('/etc/services', 'latin1')
  } catch {
    return '' // Small images do not have it.
  }
}
