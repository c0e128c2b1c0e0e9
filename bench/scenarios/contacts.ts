import { firstPage, openContacts, searchPeople, searchTeams } from '@kangbao/e2e/drivers/contacts.ts'
import { ContactsScreen } from '@kangbao/e2e/drivers/contacts-screen.ts'
import { nameOf, people, phoneOf, startLargeOrg, type LargeOrg } from '../data/contact-book.ts'
import { percentile } from '../load/pulse.ts'
import type { Outcome, Scenario } from '../scenario.ts'
import { median } from '../stats.ts'

const mostSearchMs = 300
const mostOpenMs = 1_000

/** Contacts of an org of 50 000 people: how they open, and how fast whoever is typed is found. */
export const contacts: Scenario = {
  name: 'contacts',
  ids: ['W4', 'W5', 'W6', 'W7', 'W8'],
  async run(bench) {
    const org = await startLargeOrg(bench)
    try {
      const { admin, orgId, file } = org
      const checked = await admin.uploadDirectory(orgId, file)
      await admin.confirmDirectory(orgId, checked.id)
      const rounds = bench.profile === 'full' ? 5 : 3
      return [...(await measured(org, rounds)), ...(await onScreen(org, rounds))]
    } finally {
      await org.stack.stop()
    }
  },
}

/** What people type: a name, its spelling, initials, a phone, a part of one, and nobody. */
const typed = [
  nameOf(4_321),
  'wangweifang',
  'lfq',
  phoneOf(12_345),
  '2345',
  'zhang',
  'z',
  'qqqq',
  '没有这个人',
]

async function measured({ admin, orgId }: LargeOrg, rounds: number): Promise<Outcome[]> {
  const timed = async (act: () => Promise<unknown>) => {
    const from = performance.now()
    await act()
    return performance.now() - from
  }
  const found = await searchPeople(admin, orgId, phoneOf(12_345))
  const checks = { 'the one is found': found.length === 1 && found[0]?.name === nameOf(12_345) }

  const search: number[] = []
  const open: number[] = []
  const floor: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    for (const words of typed) {
      floor.push(await timed(() => firstPage(admin, orgId)))
      search.push(await timed(() => searchPeople(admin, orgId, words)))
      search.push(await timed(() => searchTeams(admin, orgId, words)))
    }
    open.push(await timed(() => openContacts(admin, orgId)))
  }
  return [
    {
      id: 'W4',
      ratios: [percentile(search, 0.95) / mostSearchMs],
      absolute: { p95_ms: percentile(search, 0.95), median_ms: median(search), people },
      checks,
    },
    { id: 'W5', ratios: open.map((ms) => ms / mostOpenMs), absolute: { open_ms: median(open) }, checks },
    {
      id: 'W6',
      ratios: [median(search) / median(floor)],
      absolute: { search_ms: median(search), first_page_ms: median(floor) },
      checks,
    },
  ]
}

/** The same on a screen: with what the page itself takes, and the pause after which typing counts as done. */
async function onScreen({ admin }: LargeOrg, rounds: number): Promise<Outcome[]> {
  const screen = await ContactsScreen.of(admin)
  try {
    const open: number[] = []
    const find: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const index = 12_345 + 1_000 * round
      const { openMs, findMs } = await screen.openAndFind(phoneOf(index), nameOf(index))
      open.push(openMs)
      find.push(findMs)
    }
    return [
      {
        id: 'W7',
        ratios: open.map((ms) => ms / mostOpenMs),
        absolute: { open_ms: median(open) },
        checks: {},
      },
      {
        id: 'W8',
        ratios: find.map((ms) => ms / mostSearchMs),
        absolute: { find_ms: median(find) },
        checks: {},
      },
    ]
  } finally {
    await screen.close()
  }
}
