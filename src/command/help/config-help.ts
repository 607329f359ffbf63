import schema from '#schema/config.schema.json' with { type: 'json' }
import type { HelpRow } from './wrap.ts'

/** What is read of a JSON Schema. */
interface SchemaNode {
  readonly description?: string
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly additionalProperties?: SchemaNode | boolean
  readonly items?: SchemaNode
  readonly anyOf?: readonly SchemaNode[]
}

/** The keys of a configuration that are not flags, with those below them: `receivers.NAME.slack.url`. `[]` is an item of a list. */
export function configKeyRows(flagNames: ReadonlySet<string>): HelpRow[] {
  const keys = Object.entries((schema as SchemaNode).properties ?? {})
  return keys.filter(([key]) => !flagNames.has(key)).flatMap(([key, node]) => rowsOf(key, node))
}

function rowsOf(path: string, node: SchemaNode): HelpRow[] {
  const { description, anyOf = [] } = node
  const help = description?.replaceAll('`', '')
  const below = [node, ...anyOf].flatMap(({ properties = {}, additionalProperties, items }) => {
    const found = Object.entries(properties).map(([key, value]) => rowsOf(`${path}.${key}`, value))
    if (typeof additionalProperties === 'object') found.push(rowsOf(`${path}.NAME`, additionalProperties))
    if (items !== undefined) found.push(rowsOf(`${path}[]`, items))
    return found.flat()
  })
  return help === undefined ? below : [{ usage: path, help }, ...below]
}
