import { writeFileSync } from 'node:fs'

/** The address of origin `index`, in 127.0.0.0/8: all of them belong to this machine. */
export function originAddress(index: number): string {
  return `127.${1 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`
}

/** The name of origin `index`, as the bench's DNS server knows it. */
export function originName(index: number): string {
  return `n${index}.bench.test`
}

/** `count` URLs, on `origins` origins in turn; `base` makes the origin of a number. */
export function makeUrls(origins: number, count: number, base: (origin: number) => string): string[] {
  return Array.from({ length: count }, (_, index) => {
    const path = Math.floor(index / origins)
    return `${base(index % origins)}/${path === 0 ? '' : path}`
  })
}

/** Writes a list with one URL on each line. */
export function writeList(path: string, urls: readonly string[]): void {
  writeFileSync(path, `${urls.join('\n')}\n`)
}
