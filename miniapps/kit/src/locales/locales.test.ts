import { expect, it } from 'vitest'

type Tree = { readonly [key: string]: string | Tree }
const files = import.meta.glob<{ default: Tree }>('../../../*/src/**/locales/{zh-CN,en}.ts', { eager: true })

function leaves(tree: Tree, prefix = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + key, value]] : leaves(value, `${prefix}${key}.`),
  )
}
const folders = [...new Set(Object.keys(files).map((path) => path.replace(/\/[^/]+$/, '')))]
const textsOf = (folder: string, locale: string) => leaves(files[`${folder}/${locale}.ts`]?.default ?? {})
const gaps = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()

it('X-09: every app brings its texts', () => {
  expect(folders.length).toBeGreaterThanOrEqual(5)
})

it.each(folders)('X-09: %s says the same things in zh-CN and en', (folder) => {
  const chinese = textsOf(folder, 'zh-CN')
  const english = new Map(textsOf(folder, 'en'))
  expect([...english.keys()].sort()).toEqual(chinese.map(([key]) => key).sort())
  for (const [key, text] of chinese) expect([key, gaps(english.get(key) ?? '')]).toEqual([key, gaps(text)])
})
