/** An import of one of Node's modules in the output of esbuild, which writes each as a statement of its own. */
const IMPORT =
  /^import (?:(?<whole>[\w$]+)(?:, | ))?(?:\{(?<names>[^}]*)\} )?(?:from )"(?<module>node:[\w/]+)";$/gm

/**
 * Takes Node's modules without importing them: an import evaluates all exports of a module, also those that load further modules, such as
 * the streams of node:fs.
 */
export function withoutBuiltinImports(code: string): string {
  return code.replaceAll(IMPORT, (...match) => {
    const { whole, names, module } = match.at(-1) as Record<'whole' | 'names' | 'module', string | undefined>
    const taken = `process.getBuiltinModule("${module}")`
    return [
      ...(whole === undefined ? [] : [`const ${whole} = ${taken};`]),
      ...(names === undefined
        ? []
        : [`const {${names.replaceAll(/([\w$]+) as ([\w$]+)/g, '$1: $2')}} = ${taken};`]),
    ].join(' ')
  })
}
