import { makeOrg, publishDaily } from '../data/orgs.ts'
import { pushTicket } from '../fakes/callback.ts'
import { startFake } from '../fakes/start.ts'
import type { Outcome, Scenario } from '../scenario.ts'

const cap = 40
const members = 10_000

/** P8: a form published to 10 000 people, against a cap of 40 calls in any sliding second. */
export const push: Scenario = {
  name: 'push',
  ids: ['P8'],
  async run(bench) {
    const rounds: Record<string, number>[] = []
    for (let round = 0; round < (bench.profile === 'full' ? 5 : 2); round += 1) {
      const platform = await startFake('platform', cap)
      const subject = await bench.startServer({
        WORKPLACE_OAPI_URL: platform.url,
        WORKPLACE_API_URL: platform.url,
        WORKPLACE_CALLS_PER_SECOND: String(cap),
      })
      await pushTicket(subject, 'forms')
      const org = await makeOrg(bench, members)
      await bench.settle()
      await publishDaily(subject, org)
      rounds.push(await untilAllSent(platform))
      await subject.stop()
      await platform.stop()
    }
    return [outcome(rounds)]
  },
}

async function untilAllSent(platform: {
  ledger(): Promise<Record<string, number>>
}): Promise<Record<string, number>> {
  const until = performance.now() + 60_000
  let ledger = await platform.ledger()
  while ((ledger['recipients'] ?? 0) < members && performance.now() < until) {
    await new Promise((done) => setTimeout(done, 100))
    ledger = await platform.ledger()
  }
  return ledger
}

function outcome(rounds: readonly Record<string, number>[]): Outcome {
  const at = (round: Record<string, number>, name: string) => round[name] ?? Number.NaN
  const last = rounds.at(-1) ?? {}
  return {
    id: 'P8',
    // The last call's own slot counts: n calls take n / cap seconds at the cap.
    ratios: rounds.map((round) => (at(round, 'seconds') + 1 / cap) / (at(round, 'calls') / cap)),
    absolute: { seconds: at(last, 'seconds'), calls: at(last, 'calls'), rejected: at(last, 'rejected') },
    checks: {
      'nobody is left out, nobody twice': rounds.every((round) => at(round, 'recipients') === members),
      'no call is rejected': rounds.every((round) => at(round, 'rejected') === 0),
    },
  }
}
