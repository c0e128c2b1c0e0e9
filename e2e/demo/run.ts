/**
 * Makes the demo city in a running stack: six organisations, 200 people, 14 days of answers. Everything goes through
 * the same doors as real use — SMS sign-in, contact book, installation, encrypted callbacks, filing, reports — with
 * the clocks set back two weeks and walked forward. RUN_JSON names the launcher's run file.
 */
import { readFileSync } from 'node:fs'
import { addDays, civilDayOf, type CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import type { Addresses } from '../drivers/workplace-person.ts'
import { demoCity, seeded } from './city.ts'
import { setClocks } from './clocks.ts'
import { LiveOrg } from './live-org.ts'

const days = 14
const zone = 'Asia/Shanghai'
const runFile = process.env['RUN_JSON']
if (!runFile) throw new Error('RUN_JSON must name the run file of a running stack')
const addresses = JSON.parse(readFileSync(runFile, 'utf8')) as Addresses // written by the launcher
const processes = [addresses.workplace, addresses.server, new URL(addresses.sms).origin]

const at = (day: CivilDate, time: string) => new Date(Date.parse(`${day}T${time}:00+08:00`)).toISOString()
const today = civilDayOf(Date.now(), zone)
const random = seeded(7)

await setClocks(processes, at(addDays(today, -days), '07:30'))
const orgs: LiveOrg[] = []
for (const outline of demoCity()) {
  orgs.push(await LiveOrg.found(addresses, outline))
  console.log(`  ${outline.name}  ${outline.people.length + 1} 人`)
}

for (let back = days; back >= 0; back -= 1) {
  const day = addDays(today, -back)
  // Today is still going on: somewhat more than half have filed by now.
  const share = back === 0 ? 0.6 : 0.88 + random() * 0.09
  if (back > 0) await setClocks(processes, at(day, '08:10'))
  else await setClocks(processes, null)
  let filed = 0
  for (const org of orgs) filed += await org.fileDay(day, share, random)
  if (back > 0) {
    await setClocks(processes, at(day, '17:30'))
    for (const org of orgs) if (random() < 0.8) await org.report()
  }
  console.log(`  ${day}  ${filed} 份`)
}
await setClocks(processes, null)
console.log(`  管理员登录手机号 admin phones: ${orgs.map(({ outline }) => outline.adminPhone).join(', ')}`)
