import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'

const fromKit = createRequire(new URL('../../miniapps/kit/package.json', import.meta.url))

/**
 * The published `dingtalk-jsapi`, every line of it as it is, as one script that sets `window.dd`: its modules and a
 * `require` between them.
 */
export function jsapiScript(): string {
  const modules = new Map<string, string>()
  const visit = (file: string): void => {
    if (modules.has(file)) return
    const source = readFileSync(file, 'utf8')
    const require = createRequire(file)
    const needs = [...source.matchAll(/require\("([^"]+)"\)/g)].map(([, name = '']) => name)
    const paths = Object.fromEntries(needs.map((name) => [name, require.resolve(name)]))
    modules.set(
      file,
      `${JSON.stringify(file)}: [function (module, exports, require) {${source}\n}, ${JSON.stringify(paths)}]`,
    )
    for (const path of Object.values(paths)) visit(path)
  }
  const entry = fromKit.resolve('dingtalk-jsapi')
  visit(entry)
  return `(() => {
    const modules = { ${[...modules.values()].join(',\n')} }
    const loaded = {}
    const load = (file) => {
      if (loaded[file]) return loaded[file].exports
      const [run, paths] = modules[file]
      const module = (loaded[file] = { exports: {} })
      run.call(module.exports, module, module.exports, (name) => load(paths[name]))
      return module.exports
    }
    window.dd = load(${JSON.stringify(entry)})
  })()`
}
