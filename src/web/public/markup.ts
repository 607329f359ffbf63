import { html } from 'hono/html'

// The only door to hono's HTML: what stands in a template is escaped, text of anybody stays text.

/** HTML that needs no escaping. */
export type Markup = Exclude<ReturnType<typeof html>, Promise<unknown>>

/** What a template takes. Texts are escaped; null adds nothing. */
type Value = string | number | null | Markup | readonly Markup[]

/** Makes HTML of a template. It has not the name `html`: prettier would add white space to what viewers load. */
export function markup(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  const made = html(strings, ...values)
  if (made instanceof Promise) throw new Error('a template waits for nothing here')
  return made
}
