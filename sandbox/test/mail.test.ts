import { createConnection } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openInbox, type Inbox } from '../src/mail/inbox.ts'
import { newWorld } from './world.ts'

const world = newWorld()
let inbox: Inbox
beforeAll(async () => {
  inbox = await openInbox(world.deps, '127.0.0.1', 0)
})
afterAll(() => inbox.close())

/** Speaks SMTP by hand: one line at a time, each after the answer to the one before. */
function deliver(to: string, raw: string): Promise<string> {
  const lines = [
    'EHLO test',
    'MAIL FROM:<kangbao@example.test>',
    `RCPT TO:<${to}>`,
    'DATA',
    `${raw}\r\n.`,
    'QUIT',
  ]
  return new Promise((done, fail) => {
    let talk = ''
    const socket = createConnection(inbox.port, '127.0.0.1')
    socket.setEncoding('utf8').on('data', (text: string) => {
      talk += text
      if (/^\d{3} .*\r\n$/m.test(text)) {
        const next = lines.shift()
        if (next) socket.write(`${next}\r\n`)
      }
    })
    socket.on('close', () => done(talk)).on('error', fail)
  })
}

const withAttachment = [
  'From: =?UTF-8?B?5bq35oql?= <kangbao@example.test>',
  'To: zhang@example.test',
  'Subject: =?UTF-8?B?5b2T5pel5a+85Ye6?=',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p>hello</p><script>alert(1)</script>',
  '--b',
  'Content-Type: text/csv; name="day.csv"',
  'Content-Disposition: attachment; filename="day.csv"',
  '',
  'a,b',
  '--b--',
].join('\r\n')

describe('inbox', () => {
  it('takes a mail by SMTP and gives it back with its attachment, without letting it run here', async () => {
    expect(await deliver('zhang@example.test', withAttachment)).toContain('250')
    const { messages } = (await world.app.inject('/mail/messages?to=zhang@example.test')).json()
    expect(messages).toMatchObject([{ subject: '当日导出', to: ['zhang@example.test'], attachmentCount: 1 }])
    const id = messages[0].id
    const file = await world.app.inject(`/mail/messages/${id}/attachments/0`)
    expect(file.body.trim()).toBe('a,b')
    expect(file.headers['content-disposition']).toContain('attachment')
    const page = await world.app.inject(`/mail/${id}`)
    expect(page.body).toContain('<iframe sandbox=""')
    expect(page.body).not.toContain('<script>alert')
  })

  it('sends back what goes to mailboxes that are there for it', async () => {
    expect(await deliver('nobody@example.test', withAttachment)).toContain('550 5.1.1')
    expect(await deliver('later@example.test', withAttachment)).toContain('451 4.7.1')
    expect((await world.app.inject('/mail/messages?to=nobody@example.test')).json().messages).toEqual([])
  })

  it('answers 404 for a mail that never came', async () => {
    const answer = await world.app.inject('/mail/messages/00000000-0000-4000-8000-000000000000')
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'resource.missing'])
  })
})
