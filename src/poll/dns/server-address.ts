import net from 'node:net'

/** Address and port of a name server. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
}

const PORT = 53

/** Parses `ip`, `ip:port` or `[ip]:port`. Throws a TypeError. */
export function serverAddress(text: string): ServerAddress {
  if (net.isIP(text) !== 0) return { host: text, port: PORT }
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text)
  const host = match?.[1] ?? match?.[2] ?? ''
  const port = Number(match?.[3])
  if (net.isIP(host) === 0 || port < 1 || port > 65_535)
    throw new TypeError(`not the IP address of a name server, with or without a port: ${text}`)
  return { host, port }
}
