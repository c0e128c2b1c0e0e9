import { SlowPhone, type View } from '@kangbao/e2e/drivers/slow-phone.ts'
import { startFillSite } from '../fakes/fill-site.ts'
import type { Scenario } from '../scenario.ts'
import { median } from '../stats.ts'

const mostBytes = 80_000

/** P26: the filling page on slow 4G and a slow processor, beside a plain HTML page of the same questions. */
export const fillPage: Scenario = {
  name: 'fill-page',
  ids: ['P26', 'P26b'],
  async run({ profile }) {
    const site = await startFillSite()
    const phone = await SlowPhone.take()
    try {
      const rounds: { plain: View; fill: View }[] = []
      for (let round = 0; round < (profile === 'full' ? 7 : 3); round += 1)
        rounds.push({
          plain: await phone.open(site.plain, '#ready'),
          fill: await phone.open(site.fill, '#field-temperature', site.kept),
        })
      const floor = rounds.map(({ plain }) => plain.readyMs)
      const bytes = Math.max(...rounds.map(({ fill }) => fill.bytes))
      return [
        {
          id: 'P26',
          ratios: rounds.map(({ plain, fill }) => fill.readyMs / plain.readyMs),
          floor,
          absolute: { fill_ms: median(rounds.map(({ fill }) => fill.readyMs)), plain_ms: median(floor) },
          checks: {},
        },
        { id: 'P26b', ratios: [bytes / mostBytes], absolute: { first_view_kb: bytes / 1_000 }, checks: {} },
      ]
    } finally {
      await phone.close()
      await site.stop()
    }
  },
}
