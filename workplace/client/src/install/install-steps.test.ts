import { expect, it } from 'vitest'
import { reachableStep } from './install-steps.ts'

const nothing = { hasTeam: false, hasAccepted: false, isInstalled: false }

it.each([
  [undefined, nothing, 'app'],
  ['team', nothing, 'team'],
  ['permission', nothing, 'app'],
  ['scope', { ...nothing, hasTeam: true }, 'permission'],
  ['scope', { ...nothing, hasTeam: true, hasAccepted: true }, 'scope'],
  ['done', { ...nothing, hasTeam: true, hasAccepted: true }, 'app'],
  ['scope', { hasTeam: true, hasAccepted: true, isInstalled: true }, 'done'],
])('Z-09: asked for %s with %j → %s', (asked, progress, step) => {
  expect(reachableStep(asked, progress)).toBe(step)
})
