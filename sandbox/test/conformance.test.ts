import { createHash, createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { governmentHeaders, governmentReceiptTextToSign } from '@kangbao/shared/contracts/government.ts'
import { runCommand } from '../conformance/command.ts'
import { receiverCases, runAll } from '../conformance/run.ts'
import { Sender, type SenderKey } from '../conformance/sender.ts'
import { governmentSecret, newWorld, receiverPair, senderPair } from './world.ts'

const world = newWorld()
const bySecret: SenderKey = { id: 'test-key', secret: governmentSecret }
let base = ''
beforeAll(async () => {
  base = await world.app.listen({ port: 0, host: '127.0.0.1' })
})
const tell = (behaviour: object) =>
  world.app.inject({ method: 'POST', url: '/government/behaviour', payload: behaviour })
afterEach(() => tell({ mode: 'ok' }))

const differing = async (sender: Sender, name = '') => {
  const cases = receiverCases.filter((each) => each.name.includes(name))
  const outcomes = await runAll(cases, sender)
  return outcomes.flatMap(({ name: which, did }) => (did === null ? [] : [`${which}: ${did}`]))
}

describe('Z-47: the conformance kit for receivers', () => {
  it('finds nothing wrong with the receiver of this sandbox, by a secret and by SM2', async () => {
    expect(await differing(new Sender(base, bySecret))).toEqual([])
    const { privateKey } = senderPair
    const bySm2: SenderKey = { id: 'sm2-key', privateKey, receiverKey: receiverPair.publicKey }
    expect(await differing(new Sender(base, bySm2), 'taking/')).toEqual([])
    expect(await differing(new Sender(base, bySm2), 'refusing/')).toEqual([])
  }, 120_000)

  it.each([
    ['forges its receipts', { mode: 'forge' }, 'not signed'],
    ['refuses everything', { mode: 'refuse', status: 422 }, 'a receipt should have come; came: 422'],
    [
      'asks to come back in an hour',
      { mode: 'fail', status: 503, retryAfterSeconds: 3600 },
      'within a minute',
    ],
  ])('says so when a receiver %s', async (_what, behaviour, did) => {
    await tell(behaviour)
    expect(await differing(new Sender(base, bySecret), 'taking/a-report')).toEqual([
      expect.stringContaining(did),
    ])
  })

  it('tells a receiver that looks at nothing what it lets in', async () => {
    let last = 0
    const credulous = createServer((request, response) => {
      request.resume()
      request.on('end', () => {
        last += 1
        const text = JSON.stringify({ receiptNo: `R-${last}`, status: 'accepted' })
        const signed = governmentReceiptTextToSign({
          keyId: String(request.headers[governmentHeaders.keyId]),
          idempotencyKey: String(request.headers[governmentHeaders.idempotencyKey]),
          bodyHash: createHash('sha256').update(text).digest('hex'),
        })
        const seal = createHmac('sha256', governmentSecret).update(signed).digest('hex')
        response.writeHead(200, { [governmentHeaders.receiptSignature]: seal }).end(text)
      })
    })
    await new Promise<void>((ready) => credulous.listen(0, '127.0.0.1', ready))
    const { port } = credulous.address() as AddressInfo // listening on TCP
    const wrong = await differing(new Sender(`http://127.0.0.1:${port}`, bySecret))
    credulous.close()
    credulous.closeAllConnections()
    const named = (name: string) => wrong.some((line) => line.startsWith(`${name}: `))
    const found = receiverCases.filter(({ name }) => named(name)).map(({ name }) => name)
    const expected = receiverCases
      .map(({ name }) => name)
      .filter(
        (name) =>
          name.startsWith('refusing/') ||
          name.startsWith('listing/') ||
          /^taking\/(the-same-|another-body|a-stale)|^lines\/cut/.test(name),
      )
    expect(found).toEqual(expected)
  }, 60_000)

  it('is a command that says what it needs, prints a table or JSON, and ends with what was found', async () => {
    const said: string[] = []
    const run = (args: readonly string[], env = {}) =>
      runCommand(args, { env, print: (text) => said.push(text) })
    expect(await run(['--url', 'ftp://here', '--key-id', 'k'])).toBe(2)
    expect(await run(['--url', base])).toBe(2)
    expect(await run(['--url', base, '--key-id', 'test-key'])).toBe(2)
    expect(await run(['--none'])).toBe(2)
    expect(await run(['--help'])).toBe(0)
    const args = ['--url', base, '--key-id', 'test-key', '--only', 'taking/a-report']
    expect(await run(args, { RECEIVER_SECRET: governmentSecret })).toBe(0)
    expect(said.at(-1)).toMatch(/^✓ taking\/a-report +\d+ ms\n1 hold, 0 differ$/)
    expect(await run([...args, '--json'], { RECEIVER_SECRET: 'another secret' })).toBe(1)
    expect(JSON.parse(said.at(-1) ?? '')).toMatchObject([
      { name: 'taking/a-report', did: expect.any(String) as string },
    ])
    expect(said.join('\n')).not.toContain(governmentSecret)
  })
})
