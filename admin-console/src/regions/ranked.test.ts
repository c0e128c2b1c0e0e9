import { expect, it } from 'vitest'
import type { RegionSums } from '@kangbao/shared/contracts/rollups.ts'
import { placesOf, ranked } from './ranked.ts'

const sums = (
  region: string,
  orgs: [due: number, reported: number],
  figures: (number | null)[],
): RegionSums => ({
  region,
  orgsDue: orgs[0],
  orgsReported: orgs[1],
  figures,
})
const figure = (id: string) => ({ id, label: { 'zh-CN': id, en: id }, isSensitive: id === 'abnormal' })
const places = placesOf({
  figures: ['members', 'filed', 'abnormal'].map(figure),
  share: { of: 'members', part: 'filed' },
  alarm: 'abnormal',
})
const parts = [
  sums('410102', [4, 4], [100, 90, null]),
  sums('410103', [2, 0], [0, 0, 0]),
  sums('410105', [8, 6], [300, 150, 12]),
]

it.each([
  { by: 'reported', order: ['410103', '410105', '410102'] },
  { by: 'share', order: ['410105', '410102', '410103'] },
  { by: 'alarm', order: ['410105', '410102', '410103'] },
] as const)('by $by those that want a look come first', ({ by, order }) => {
  const inOrder = ranked(parts, by, places).map(({ region }) => region)
  expect(by === 'alarm' ? inOrder.slice(0, 1) : inOrder).toEqual(by === 'alarm' ? order.slice(0, 1) : order)
})
