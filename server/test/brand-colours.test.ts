import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { brandColours } from '@kangbao/shared/brand.ts'

const tokensOf = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
/** What a stylesheet says of a colour: in light, in dark by the device's wish, and in dark by the person's. */
const valuesOf = (css: string, name: string) => [
  ...new Set([...css.matchAll(new RegExp(`--k-${name}: (#[0-9a-f]{6});`, 'g'))].map(([, value]) => value)),
]

describe.each(['miniapps/kit/src/theme/tokens.css', 'admin-console/src/kit/theme/tokens.css'])(
  '%s',
  (path) => {
    it.each([
      ['canvas', 'canvas'],
      ['text', 'text'],
      ['primary', 'primary'],
      ['primary-strong', 'primaryStrong'],
      ['on-primary', 'onPrimary'],
    ] as const)('has the colour of letters and pages without a stylesheet: %s', (token, name) => {
      expect(valuesOf(tokensOf(path), token)).toEqual([brandColours.light[name], brandColours.dark[name]])
    })
  },
)
