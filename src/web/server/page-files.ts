import { readdir, readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { weakEtag } from './etag.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** The forms in which a file is sent, the smallest first, by the name of their encoding. */
export const ENCODINGS = ['br', 'gzip'] as const

export type Encoding = (typeof ENCODINGS)[number]

/** The end of the name of a compressed form, beside the file itself. */
export const EXTENSIONS: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' }

/** A file of the page, in memory. */
export interface PageFile {
  /** Its media type. */
  readonly type: string
  /** Weak: all forms have it. */
  readonly etag: string
  /** Its name has a hash of its content in it: another content gets another name. */
  readonly isImmutable: boolean
  readonly plain: Buffer<ArrayBuffer>
  readonly compressed: ReadonlyMap<Encoding, Buffer<ArrayBuffer>>
}

/** The files of the page, by their paths in the folder. They are made by `scripts/build-page.ts` and a few hundred kilobytes in all. */
export type PageFiles = ReadonlyMap<string, PageFile>

/** Reads all files of the page. Resolves with null if there is no page in the folder: it was not built. */
export async function loadPageFiles(folder: URL): Promise<PageFiles | null> {
  const names: string[] = await readdir(folder, { recursive: true }).catch(() => [])
  const files = new Map<string, PageFile>()
  for (const name of names) {
    const type = TYPES[extname(name)]
    if (type === undefined) continue
    const plain = await readFile(new URL(name, folder))
    const compressed = new Map<Encoding, Buffer<ArrayBuffer>>()
    for (const encoding of ENCODINGS)
      if (names.includes(`${name}${EXTENSIONS[encoding]}`))
        compressed.set(encoding, await readFile(new URL(`${name}${EXTENSIONS[encoding]}`, folder)))
    files.set(name, {
      type,
      etag: weakEtag(plain),
      isImmutable: name.startsWith('assets/'),
      plain,
      compressed,
    })
  }
  return files.has('index.html') ? files : null
}
