import type { Config, ConfigFlag } from '../config/config.ts'
import type { Flag } from '../settings/flag.ts'
import type { Layer } from './precedence.ts'

/** The flags as a configuration can set them. */
export function configFlags(flags: readonly Flag[]): ConfigFlag[] {
  return flags.map(({ name, takes, conflicts, type }) => ({
    name,
    takes,
    isList: type.isList === true,
    conflicts,
    parse: (texts, directory) =>
      takes === 'values'
        ? texts.map((text) => type.parse(text, directory))
        : type.parse(texts.at(-1) as string, directory),
  }))
}

/** The flags that a configuration sets. */
export function configLayer({ flags }: Pick<Config, 'flags'>): Layer {
  return new Map(
    [...flags].map(([name, { value, place }]) => [name, { value, source: 'configuration', name, place }]),
  )
}
