/** An IP address, with its port where there is one, as a URL has them: IPv6 in brackets. */
export function hostPort(address: string, port: number | null): string {
  const host = address.includes(':') ? `[${address}]` : address
  return port === null ? host : `${host}:${port}`
}
