import type { X509Certificate } from 'node:crypto'

// Names in certificates as Go's crypto/x509 writes them, since dashboards match the labels that hold them.

/** The parts of a name that Go writes by their abbreviation, in its order. */
const KNOWN = [
  ['serialNumber', 'SERIALNUMBER'],
  ['CN', 'CN'],
  ['OU', 'OU'],
  ['O', 'O'],
  ['postalCode', 'POSTALCODE'],
  ['street', 'STREET'],
  ['L', 'L'],
  ['ST', 'ST'],
  ['C', 'C'],
] as const

/** The object identifiers of others, which Go writes as numbers with the DER encoding of the value. */
const NUMBERS: ReadonlyMap<string, string> = new Map([
  ['emailAddress', '1.2.840.113549.1.9.1'],
  ['DC', '0.9.2342.19200300.100.1.25'],
  ['UID', '0.9.2342.19200300.100.1.1'],
  ['GN', '2.5.4.42'],
  ['SN', '2.5.4.4'],
  ['title', '2.5.4.12'],
  ['businessCategory', '2.5.4.15'],
  ['jurisdictionC', '1.3.6.1.4.1.311.60.2.1.3'],
  ['jurisdictionST', '1.3.6.1.4.1.311.60.2.1.2'],
  ['jurisdictionL', '1.3.6.1.4.1.311.60.2.1.1'],
  ['organizationIdentifier', '2.5.4.97'],
  ['initials', '2.5.4.43'],
  ['generationQualifier', '2.5.4.44'],
  ['dnQualifier', '2.5.4.46'],
  ['pseudonym', '2.5.4.65'],
  ['unstructuredName', '1.2.840.113549.1.9.2'],
  ['INN', '1.2.643.3.131.1.1'],
])

/** A subject or issuer, such as `CN=a.example,O=Example`. `name` is as in an X509Certificate: a line for each part. */
export function distinguishedName(name: string | undefined): string {
  const parts = (name ?? '').split('\n').flatMap((line) => {
    const at = line.indexOf('=')
    return at === -1 ? [] : [{ key: line.slice(0, at), value: unescaped(line.slice(at + 1)) }]
  })
  const known = KNOWN.flatMap(([key, text]) => {
    const values = parts.filter((part) => part.key === key).map(({ value }) => `${text}=${escaped(value)}`)
    return values.length === 0 ? [] : [values.join('+')]
  })
  const others = parts
    .filter(({ key }) => !KNOWN.some(([one]) => one === key))
    .map(({ key, value }) => `${NUMBERS.get(key) ?? key}=#${derHex(value)}`)
  return [...known, ...others.toReversed()].join(',')
}

/** The DNS names of a certificate, separated by commas. */
export function dnsNames({ subjectAltName }: Pick<X509Certificate, 'subjectAltName'>): string {
  return dnsNameList(subjectAltName).join(',')
}

/** The DNS names of a `subjectAltName` as Node writes it. */
export function dnsNameList(subjectAltName = ''): string[] {
  return [...subjectAltName.matchAll(/(?:^|, )DNS:("(?:[^"\\]|\\.)*"|[^,]*)/g)].map(([, name = '']) =>
    name.startsWith('"') ? (JSON.parse(name) as string) : name,
  )
}

function unescaped(value: string): string {
  return value.replaceAll(/\\(.)/gs, '$1')
}

function escaped(value: string): string {
  return value.replaceAll(/[,+"\\<>;]|^[ #]| $/g, '\\$&')
}

/** The value as a PrintableString if it can be one, else as a UTF8String. */
function derHex(value: string): string {
  const bytes = Buffer.from(value)
  const tag = /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value) ? 0x13 : 0x0c
  const length =
    bytes.length < 128
      ? [bytes.length]
      : bytes.length < 256
        ? [0x81, bytes.length]
        : [0x82, bytes.length >> 8, bytes.length & 255]
  return Buffer.concat([Buffer.from([tag, ...length]), bytes]).toString('hex')
}
