import { resolve } from 'node:path'
import type { Tree } from '../tree.ts'
import type { ValueReader } from '../value-reader.ts'
import { fileFingerprint } from '../../settings/file-fingerprint.ts'
import { redactName } from '../../settings/quote.ts'
import { parseFileName, parseSwitch } from '../../settings/values.ts'
import { inputText, MAX_PEM_BYTES } from '../../targets/input-file.ts'
import { describeError } from '../../targets/read-targets.ts'
import { checkCertificates, checkKey, checkTogether } from './pem.ts'
import { nameIn, Section } from './section.ts'
import type { Located } from './section.ts'
import { CIPHERS, CLIENT_AUTHS, CURVES, TLS13_CIPHERS, TLS_VERSIONS } from './tls-names.ts'
import type { WebTls } from './web-config.ts'

/** Names of clients. More than anybody writes by hand. */
const MAX_SANS = 1_000

const KEYS = [
  'cert',
  'key',
  'client_ca',
  'cert_file',
  'key_file',
  'client_ca_file',
  'client_auth_type',
  'client_allowed_sans',
  'min_version',
  'max_version',
  'cipher_suites',
  'prefer_server_cipher_suites',
  'curve_preferences',
] as const

type PemKey = 'cert' | 'key' | 'client_ca'

/** Reads `tls_server_config`, and the files that it names. */
export class TlsSection {
  /** The files that it names, each with its fingerprint from before it was read. */
  readonly files = new Map<string, string>()
  /** The file with the key; null: none. */
  keyFile: string | null = null
  readonly #reader: ValueReader
  readonly #section: Section<(typeof KEYS)[number]>
  readonly #directory: string
  readonly #offset: number

  /** Paths are relative to `directory`. */
  constructor(reader: ValueReader, tree: Tree | undefined, directory: string) {
    this.#reader = reader
    this.#section = new Section(reader, tree, 'tls_server_config', KEYS)
    this.#directory = directory
    this.#offset = tree?.offset ?? 0
  }

  /** Null: no TLS, or there are problems, which are reported. */
  async read(): Promise<WebTls | null> {
    const section = this.#section
    if (section.isEmpty) return null
    const before = this.#reader.problems.length
    const cert = await this.#pem('cert', checkCertificates)
    const key = await this.#pem('key', checkKey)
    const clientCa = await this.#pem('client_ca', checkCertificates)
    for (const [name, pem] of [
      ['cert', cert],
      ['key', key],
    ] as const)
      if (pem === null && this.#reader.problems.length === before)
        this.#reader.report(
          this.#offset,
          `tls_server_config: ${name}_file is missing, such as \`${name}_file: server.${name === 'cert' ? 'crt' : 'key'}\``,
        )
    const tls: WebTls = {
      cert: cert?.text ?? '',
      key: key?.text ?? '',
      clientCa: clientCa?.text ?? null,
      clientAuth: section.parsed('client_auth_type', nameIn(CLIENT_AUTHS), 'NoClientCert'),
      allowedSans: this.#allowedSans(),
      minVersion: section.parsed('min_version', nameIn(TLS_VERSIONS), 'TLSv1.2'),
      maxVersion: section.parsed('max_version', nameIn(TLS_VERSIONS), 'TLSv1.3'),
      ciphers: this.#ciphers(),
      prefersServerCiphers: section.parsed('prefer_server_cipher_suites', parseSwitch, true),
      curves: this.#names('curve_preferences', CURVES)?.join(':') ?? null,
    }
    this.#checkVersions(tls)
    this.#checkClients(tls, clientCa)
    if (this.#reader.problems.length > before) return null
    return this.#reader.parseAt(key?.offset ?? this.#offset, 'key', () => {
      checkTogether(tls)
      return tls
    })
  }

  /** The PEM of `NAME_file` or, in the file itself, of `NAME`. */
  async #pem(name: PemKey, check: (pem: string) => void): Promise<Located | null> {
    const inline = this.#section.text(name)
    const fileKey = `${name}_file` as const
    const file = this.#section.text(fileKey)
    if (inline !== null && file !== null)
      return this.#reader.report(inline.offset, `${name}: it cannot be used with ${fileKey}`)
    if (file === null) return this.#checked(inline, name, check)
    const path = this.#reader.parseAt(file.offset, fileKey, () => parseFileName(file.text))
    if (path === null) return null
    const absolute = resolve(this.#directory, path)
    const named = `${fileKey}: ${redactName(absolute)}`
    this.files.set(absolute, await fileFingerprint(absolute))
    if (name === 'key') this.keyFile = absolute
    try {
      const text = await inputText(absolute, MAX_PEM_BYTES, 'refused')
      return this.#checked({ ...file, text }, named, check)
    } catch (error) {
      return this.#reader.report(file.offset, `${named}: ${describeError(error)}`)
    }
  }

  #checked(pem: Located | null, name: string, check: (pem: string) => void): Located | null {
    if (pem === null) return null
    return this.#reader.parseAt(pem.offset, name, () => {
      check(pem.text)
      return pem
    })
  }

  #names(
    key: 'cipher_suites' | 'curve_preferences',
    table: Readonly<Record<string, string>>,
  ): string[] | null {
    const items = this.#section.list(key)
    if (items === null) return null
    return items
      .map(({ text, offset }) => this.#reader.parseAt(offset, key, () => nameIn(table)(text)))
      .filter((name) => name !== null)
  }

  /** With the suites of TLS 1.3, without which Node would not speak it, and lower demands where older versions are wanted. */
  #ciphers(): string | null {
    const names = this.#names('cipher_suites', CIPHERS)
    const isOld = ['TLS10', 'TLS11'].includes(this.#section.text('min_version')?.text ?? '')
    if (names === null) return isOld ? 'DEFAULT@SECLEVEL=0' : null
    return `${[...new Set([...names, ...TLS13_CIPHERS])].join(':')}${isOld ? ':@SECLEVEL=0' : ''}`
  }

  #allowedSans(): readonly string[] | null {
    const sans = this.#section.list('client_allowed_sans')
    if (sans !== null && sans.length > MAX_SANS)
      return this.#reader.report(sans[0]?.offset ?? 0, `client_allowed_sans: more than ${MAX_SANS} names`)
    return sans?.map(({ text }) => text) ?? null
  }

  #checkVersions({ minVersion, maxVersion }: WebTls): void {
    const max = this.#section.text('max_version')
    if (minVersion > maxVersion)
      this.#reader.report(max?.offset ?? this.#offset, 'max_version: it is below min_version')
  }

  /** What would be ignored without a client_auth_type looks like protection. */
  #checkClients({ clientAuth, allowedSans }: WebTls, clientCa: Located | null): void {
    if (clientAuth !== 'NoClientCert') return
    const needs = 'it needs client_auth_type, such as `client_auth_type: RequireAndVerifyClientCert`'
    const names = this.#section.list('client_allowed_sans')
    if (clientCa !== null) this.#reader.report(clientCa.offset, `client_ca: ${needs}`)
    if (allowedSans !== null) this.#reader.report(names?.[0]?.offset ?? 0, `client_allowed_sans: ${needs}`)
  }
}
