import { describe, expect, it } from 'vitest'
import { messages } from '../kit/texts.ts'

const sources = import.meta.glob<string>(['../**/*.vue', '../**/*.ts', '!../**/*.test.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
})

type Tree = { readonly [key: string]: string | Tree }

function flat(tree: Tree, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string'
        ? [[`${prefix}${key}`, value] as const]
        : [...flat(value, `${prefix}${key}.`)],
    ),
  )
}

const zh = flat(messages['zh-CN'])
const en = flat(messages.en)
const gaps = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)

function keysUsed(): string[] {
  return Object.values(sources)
    .flatMap((text) => [...text.matchAll(/\btn?\(\s*'([\w-]+\.[\w.-]+)'/g)])
    .map(([, key]) => key ?? '')
}

describe('X-09: texts', () => {
  it('has the same keys in both languages', () => {
    expect([...en.keys()].sort()).toEqual([...zh.keys()].sort())
  })
  it('names the same gaps in both languages', () => {
    for (const [key, text] of zh)
      expect([key, [...new Set(gaps(en.get(key) ?? ''))].sort()]).toEqual([
        key,
        [...new Set(gaps(text))].sort(),
      ])
  })
  it('leaves no text empty', () => {
    expect([...zh, ...en].filter(([, text]) => text.trim() === '')).toEqual([])
  })
  it('has every key a component asks for', () => {
    const used = keysUsed()
    expect(used.length).toBeGreaterThan(100)
    expect(used.filter((key) => !zh.has(key))).toEqual([])
  })
})
