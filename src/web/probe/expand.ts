import type { ExpressionMatch } from '../../settings/pattern.ts'

/** Fills a template as Go's `Regexp.Expand` does: `${name}` and `$name` are what the group has matched, `$$` is a dollar. */
export function expand(template: string, match: ExpressionMatch): string {
  return template.replaceAll(/\$(?:\$|(\w+)|\{(\w+)\})/g, (reference, plain?: string, braced?: string) => {
    const name = plain ?? braced
    return name === undefined ? reference.slice(1) : (match.get(name) ?? '')
  })
}
