/** The eight groups of an IPv6 address, in any of its forms without a zone, as numbers. */
export function ipv6Groups(address: string): number[] {
  // `URL` writes it compressed, and with an IPv4 address in hexadecimal.
  const [head = '', tail = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const groups = (text: string) =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
  const [first, last] = [groups(head), groups(tail)]
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last]
}
