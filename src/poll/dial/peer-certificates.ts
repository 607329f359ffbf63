import { createHash } from 'node:crypto'
import type { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { cut } from '../attempt/decode-text.ts'

/** A certificate of a chain. */
export interface ChainCertificate {
  /** Its subject on one line, as the server sent it: escape it before printing. */
  readonly subject: string
  /** In ms since the epoch; NaN if it does not say. */
  readonly expiresAt: number
}

/** What settings check of the certificates of a server. */
export interface PeerCertificates {
  /** The SHA-256 of the server's certificate, and of its public key (SubjectPublicKeyInfo), as hex digits. */
  readonly sha256: string
  readonly spkiSha256: string
  /** The server's certificate and those that issued it, as the server sent them, without the root. */
  readonly chain: readonly ChainCertificate[]
}

/** Whether certificates break the rules of a URL. `certificates`: null if the server sent none. */
export type BreaksRules = (certificates: PeerCertificates | null) => boolean

/** Maximum number of certificates of a chain that are read. OpenSSL verifies no longer ones. */
const MAX_CHAIN = 100

/** Maximum length of a subject, in UTF-16 units. */
const MAX_SUBJECT_LENGTH = 120

/** The certificates of one handshake, read once. */
export class HandshakeCertificates {
  readonly #socket: TLSSocket
  readonly #ofSession: PeerCertificates | null | undefined
  #read: PeerCertificates | null | undefined

  /** `ofSession`: the certificates of the full handshake of the session that this handshake offers; undefined without one. */
  constructor(socket: TLSSocket, ofSession: PeerCertificates | null | undefined) {
    this.#socket = socket
    this.#ofSession = ofSession
  }

  /**
   * The certificates; null if the server sent none. Call it after Node's own check: see `expiry` in tls.ts. A resumed handshake
   * brings none, and a session that OpenSSL has serialized holds no chain, so they are kept beside the session.
   */
  read(): PeerCertificates | null {
    const resumed = this.#socket.isSessionReused() ? this.#ofSession : undefined
    this.#read ??= resumed === undefined ? readPeerCertificates(this.#socket) : resumed
    return this.#read
  }
}

function readPeerCertificates(socket: TLSSocket): PeerCertificates | null {
  const leaf = socket.getPeerX509Certificate()
  if (leaf === undefined) return null
  return {
    sha256: sha256(leaf.raw),
    spkiSha256: sha256(leaf.publicKey.export({ type: 'spki', format: 'der' })),
    chain: certificateChain(leaf).map(({ subject, validTo }) => ({
      subject: subjectText(subject),
      expiresAt: Date.parse(validTo),
    })),
  }
}

/** In Node a certificate whose subject is empty has none, whatever its types say: certificates may have names only as extensions. */
function subjectText(subject: string | undefined): string {
  return subject === undefined ? 'without a subject' : cut(subject.replaceAll('\n', ', '), MAX_SUBJECT_LENGTH)
}

/** The certificates that a server sent after its own, in their order: Node links all of them. */
export function sentCertificates(leaf: X509Certificate): X509Certificate[] {
  const sent: X509Certificate[] = []
  for (let one = leaf.issuerCertificate; one !== undefined && sent.length < MAX_CHAIN;) {
    sent.push(one)
    one = one.issuerCertificate
  }
  return sent
}

/** The server's certificate and those that issued it, without the root. Servers also send some that have nothing to do with it. */
export function certificateChain(leaf: X509Certificate): X509Certificate[] {
  const sent = sentCertificates(leaf)
  const chain = [leaf]
  for (let last = leaf; ;) {
    const issuer = sent.find((one) => last.checkIssued(one))
    if (issuer === undefined || issuer.checkIssued(issuer)) return chain
    sent.splice(sent.indexOf(issuer), 1)
    chain.push(issuer)
    last = issuer
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
