import { crc32, deflateSync } from 'node:zlib'
import { figure } from '@kangbao/launcher/figure.ts'
import { expect, test } from '../support/journey.ts'
import { scanPicture } from '../support/scanning.ts'

/** Pictures that are none, or would fill a phone’s memory. */
const hostile: readonly { readonly what: string; readonly bytes: Buffer; readonly says: RegExp }[] = [
  { what: 'a bomb of 400 megapixels', bytes: png(20_000, 20_000), says: /图片过大/ },
  { what: 'a strip longer than any photo', bytes: png(2_000, 30_000), says: /图片过大/ },
  { what: 'more bytes than a photo', bytes: Buffer.alloc(21 * 1024 * 1024, 1), says: /图片过大/ },
  { what: 'text named as a picture', bytes: Buffer.from('hello'), says: /无法读取/ },
  { what: 'nothing', bytes: Buffer.alloc(0), says: /无法读取/ },
  { what: 'a page', bytes: Buffer.from('<html><script>alert(1)</script></html>'), says: /无法读取/ },
  { what: 'a head without a body', bytes: png(200, 200).subarray(0, 40), says: /无法读取|没有识别/ },
  { what: 'a picture without a code', bytes: png(200, 200), says: /没有识别/ },
]

test('S-69: a picture is weighed before it is decoded; the scan page says what is wrong and goes on', async ({
  screens,
  newPerson,
}) => {
  const page = await screens.open('phone', await newPerson('扫码人'))
  await page.goto('/scan')
  let survived = 0
  for (const { what, bytes, says } of hostile) {
    await scanPicture(page, bytes)
    await expect(page.getByRole('alert'), what).toHaveText(says)
    survived += 1
  }
  await expect(page.getByRole('button', { name: '从图片识别' })).toBeEnabled()
  const deaths = hostile.length - survived
  figure({
    id: 'S-69',
    n: hostile.length,
    value: deaths,
    unit: 'pages that died',
    target: '0',
    ok: deaths === 0,
  })
})

/** A black picture, one bit a pixel. */
function png(width: number, height: number): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head[8] = 1
  const rows = Buffer.alloc((Math.ceil(width / 8) + 1) * height)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}
