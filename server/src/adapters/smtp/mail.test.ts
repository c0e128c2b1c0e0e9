import { createServer, type AddressInfo, type Socket } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { smtpMail } from './mail.ts'

/** A mail server of few words: what it says to a command, by its first one; the rest is 250. */
let says: Readonly<Record<string, string>> = {}
let heard: string[] = []
const sockets = new Set<Socket>()
const server = createServer((socket) => {
  sockets.add(socket)
  socket.setEncoding('utf8').write('220 test\r\n')
  let isData = false
  let rest = ''
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\r\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      heard.push(line)
      if (isData && line !== '.') continue
      const [command = ''] = isData ? ['.'] : line.split(' ')
      isData = command === 'DATA' && says['DATA'] === undefined
      socket.write(`${says[command] ?? (command === 'DATA' ? '354 go on' : '250 2.0.0 ok')}\r\n`)
      if (command === 'QUIT') socket.end()
    }
  })
  socket.on('error', () => undefined)
})
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => {
  for (const socket of sockets) socket.destroy()
  server.close()
})
beforeEach(() => {
  says = {}
  heard = []
})

const mail = () =>
  smtpMail({
    SMTP_URL: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, // a TCP server that listens
    SMTP_MAILS_PER_SECOND: 1_000,
    PUBLIC_URL: 'https://forms.example.com',
  })
const message = {
  to: 'zhang@example.com',
  subject: '待填写提醒',
  text: '您有表单没有填写。',
  html: '<p>您有表单没有填写。</p>',
  id: 'push.member',
  stopUrl: 'https://forms.example.com/mail/stop/token',
}

describe('Z-33: mail over SMTP', () => {
  it('goes out as text and page, with its name and the way to stop it (RFC 8058)', async () => {
    await mail().send(message)
    expect(heard).toContain('RCPT TO:<zhang@example.com>')
    const headers = heard.join('\n').replace(/\n[ \t]+/g, ' ')
    expect(headers).toMatch(/^Message-ID: <push\.member@forms\.example\.com>$/im)
    expect(headers).toMatch(/^List-Unsubscribe: <https:\/\/forms\.example\.com\/mail\/stop\/token>$/im)
    expect(headers).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click$/im)
    expect(headers).toMatch(/^Auto-Submitted: auto-generated$/im)
    expect(headers).toMatch(/^From: .*<no-reply@forms\.example\.com>$/im)
    expect(headers).toMatch(/multipart\/alternative/)
  })

  it.each([
    [{ RCPT: '550 5.1.1 <zhang@example.com>: no such mailbox' }, { name: 'MailRefused', isNoMailbox: true }],
    [{ '.': '550 5.7.1 spam for zhang@example.com' }, { name: 'MailRefused', isNoMailbox: false }],
    [{ RCPT: '451 4.7.1 later, zhang@example.com' }, { name: 'Error' }],
    [{ MAIL: '421 4.3.2 going down' }, { name: 'Error' }],
  ])(
    'tells what was refused for good from what is worth another try, and names nobody: %o',
    async (answers, told) => {
      says = answers
      const error: unknown = await mail()
        .send(message)
        .catch((cause: unknown) => cause)
      expect(error).toMatchObject(told)
      expect(String((error as Error).stack)).not.toContain('zhang') // thrown as an error above
    },
  )

  it('without a mail server says so', async () => {
    const none = smtpMail({ SMTP_MAILS_PER_SECOND: 1, PUBLIC_URL: 'https://forms.example.com' })
    expect(none.isConfigured).toBe(false)
    await expect(none.send(message)).rejects.toThrow('SMTP_URL')
  })
})
