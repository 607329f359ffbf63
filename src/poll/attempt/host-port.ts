/** An IP address and port as in a URL, with IPv6 in brackets. `port` null: the address alone. */
export function hostPort(address: string, port: number | null): string {
  const host = address.includes(':') ? `[${address}]` : address
  return port === null ? host : `${host}:${port}`
}
