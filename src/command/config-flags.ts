import type { Config, ConfigFlag } from '../config/config.ts'
import { FLAGS } from './flag-table.ts'
import type { Flag } from './flag-table.ts'
import type { Layer } from './precedence.ts'

/** The flags as a configuration can set them. */
export function configFlags(): ConfigFlag[] {
  return FLAGS.map(({ name, takes, conflicts, parse }: Flag) => ({
    name,
    takes,
    conflicts,
    parse: (texts) => (takes === 'values' ? texts.map((text) => parse(text)) : parse(texts.at(-1) as string)),
  }))
}

/** What a configuration says of flags. */
export function configLayer({ flags }: Config): Layer {
  return new Map(
    [...flags].map(([name, { value, place }]) => [name, { value, source: 'configuration', name, place }]),
  )
}
