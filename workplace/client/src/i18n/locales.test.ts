import { expect, it } from 'vitest'
import en from './en/index.ts'
import zhCN from './zh-CN/index.ts'

function leaves(value: unknown, path = ''): Map<string, string> {
  if (typeof value === 'string') return new Map([[path, value]])
  if (typeof value !== 'object' || value === null) return new Map()
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [...leaves(inner, path ? `${path}.${key}` : key)]),
  )
}
const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()

const sources = import.meta.glob<string>('../**/*.{vue,ts}', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const texts = { zh: leaves(zhCN), en: leaves(en) }

it('X-09: every text exists in both languages', () => {
  expect([...texts.en.keys()].sort()).toEqual([...texts.zh.keys()].sort())
})

it('X-09: a text takes the same values in both languages', () => {
  const different = [...texts.zh].filter(
    ([key, text]) => placeholders(text).join() !== placeholders(texts.en.get(key) ?? '').join(),
  )
  expect(different.map(([key]) => key)).toEqual([])
})

it('X-09: every text a component asks for exists', () => {
  const asked = Object.entries(sources)
    .filter(([name]) => !name.includes('.test.'))
    .flatMap(([, code]) => [...code.matchAll(/\bt\('([\w.]+)'/g)].map(([, key]) => key ?? ''))
  expect(asked.length).toBeGreaterThan(200)
  expect([...new Set(asked)].filter((key) => !texts.zh.has(key))).toEqual([])
})
