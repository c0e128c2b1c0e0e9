import { defineCase, type ConformanceCase, type Target } from '../case.ts'
import * as expect from '../expect.ts'

const path = 'POST oapi/media/upload'
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const megabyte = 1024 * 1024

const upload = async (
  { platform, session }: Pick<Target, 'platform' | 'session'>,
  { type, bytes, name = 'file.bin' }: { type: string; bytes: Buffer; name?: string },
) => {
  const body = new FormData()
  body.set('type', type)
  body.set('media', new Blob([new Uint8Array(bytes)]), name)
  return platform.oapi('media/upload', { token: await session.token(), body })
}

/** Files that messages refer to (§4.2). */
export const mediaCases: readonly ConformanceCase[] = [
  defineCase({
    name: 'media/upload',
    path,
    fact: 'a multipart form of type and media gives media_id, type and created_at',
    section: '§4.2 D:upload-media-files',
    run: async (given) => {
      const answer = await upload(given, { type: 'image', bytes: png, name: 'dot.png' })
      expect.succeeds(answer, { media_id: expect.text, type: 'image', created_at: expect.number })
    },
  }),
  defineCase({
    name: 'media/refusals',
    path,
    fact: 'an unknown type is 40004; what is no multipart form is refused',
    section: '§4.2, §8.2',
    run: async (given) => {
      expect.refuses(await upload(given, { type: 'spreadsheet', bytes: png }), 40004)
      const token = await given.session.token()
      expect.refuses(
        await given.platform.oapi('media/upload', { token, body: { type: 'image' } }),
        43008,
        40035,
        40004,
      )
    },
  }),
  defineCase({
    name: 'media/sizes',
    path,
    fact: 'voice may have 2 MB, files 20 MB; more is refused',
    section: '§4.2',
    run: async (given) => {
      const of = (type: string, megabytes: number) =>
        upload(given, { type, bytes: Buffer.alloc(megabytes * megabyte, 1) })
      expect.succeeds(await of('file', 3))
      for (const answer of [await of('voice', 3), await of('file', 21)]) {
        expect.holds(answer, { status: 200 })
        if (expect.at(answer.body, 'errcode') === 0) expect.fail('should be refused', answer)
      }
    },
  }),
  defineCase({
    name: 'media/in-a-message',
    path,
    fact: 'an uploaded picture and an uploaded file can be sent by their media_id',
    section: '§4.2',
    needs: ['admin', 'member'],
    run: async (given) => {
      const org = await given.acts.admin.makeOrg()
      const session = { ...given.session, token: () => given.session.token(org.corpId) }
      for (const msgtype of ['image', 'file']) {
        const uploaded = await upload({ ...given, session }, { type: msgtype, bytes: png })
        const { media_id } = expect.succeeds(uploaded)
        const answer = await given.platform.oapi('topapi/message/corpconversation/asyncsend_v2', {
          token: await session.token(),
          body: {
            agent_id: org.agentId,
            userid_list: org.adminUserid,
            msg: { msgtype, [msgtype]: { media_id } },
          },
        })
        expect.succeeds(answer)
      }
      const messages = await given.acts.member.readMessages(org)
      expect.holds({ count: messages.length }, { count: 2 })
    },
  }),
]
