import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FakeS3 {
  readonly url: string
  /** What lies in the bucket, by key. */
  readonly objects: Map<string, Buffer>
  /** Uploads begun and neither completed nor thrown away. */
  readonly unfinished: Map<string, Map<number, Buffer>>
  readonly requests: string[]
  /** Misbehaviour of the next requests, one each; then it is well again. `hang` and `refuse` for ever with `always`. */
  faults: ('refuse' | 'hang' | 'cut' | 'reset')[]
  always: 'refuse' | 'hang' | null
  close(): Promise<void>
}

export const fakeS3Key = { id: 'test-key-id', secret: 'test-secret-key-of-forty-characters-----' }
const smallestPart = 5 * 1024 * 1024

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(code)
  }
}

/**
 * A store that speaks S3 to one bucket and one key, in memory. It checks every signature (AWS Signature Version 4) and
 * the digest of every body, and refuses what a strict store refuses: unsigned bodies, stale dates, parts too small.
 */
export async function startFakeS3(bucket = 'kangbao'): Promise<FakeS3> {
  const server = createServer((request, response) => {
    void bodyOf(request).then(
      (body) => answer(request, response, body),
      () => undefined,
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // listening on TCP
  const fake: FakeS3 = {
    url: `http://127.0.0.1:${port}`,
    objects: new Map(),
    unfinished: new Map(),
    requests: [],
    faults: [],
    always: null,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }

  function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const url = new URL(request.url ?? '/', fake.url)
    fake.requests.push(`${request.method} ${url.search ? [...url.searchParams.keys()].sort().join('&') : ''}`)
    const fault = fake.always ?? fake.faults.shift()
    if (fault === 'hang') return
    if (fault === 'reset') return void request.socket.destroy()
    try {
      if (fault === 'refuse') throw new Refusal(503, 'SlowDown')
      requireSignature(request, url, body)
      const [, named, ...rest] = decodeURIComponent(url.pathname).split('/')
      if (named !== bucket) throw new Refusal(404, 'NoSuchBucket')
      handle(request, response, { url, key: rest.join('/'), body, isCut: fault === 'cut' })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const xml = `<?xml version="1.0"?><Error><Code>${error.code}</Code><Message>${error.code}</Message></Error>`
      response.writeHead(error.status, { 'content-type': 'application/xml' }).end(xml)
    }
  }

  function handle(
    request: IncomingMessage,
    response: ServerResponse,
    { url, key, body, isCut }: { url: URL; key: string; body: Buffer; isCut: boolean },
  ): void {
    const uploadId = url.searchParams.get('uploadId')
    const done = (status: number, xml = '', headers = {}) =>
      void response.writeHead(status, { 'content-type': 'application/xml', ...headers }).end(xml)
    const etag = { etag: `"${createHash('md5').update(body).digest('hex')}"` }
    switch (`${request.method}${url.searchParams.has('uploads') ? ' begin' : uploadId ? ' upload' : ''}`) {
      case 'PUT':
        fake.objects.set(key, body)
        return done(200, '', etag)
      case 'GET':
        return sendObject(request, response, fake.objects.get(key), isCut)
      case 'DELETE':
        fake.objects.delete(key)
        return done(204)
      case 'POST begin': {
        const id = randomUUID()
        fake.unfinished.set(id, new Map())
        return done(
          200,
          `<InitiateMultipartUploadResult><Bucket>${bucket}</Bucket><Key>${key}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
        )
      }
      case 'PUT upload':
        partsOf(uploadId).set(Number(url.searchParams.get('partNumber')), body)
        return done(200, '', etag)
      case 'DELETE upload':
        fake.unfinished.delete(uploadId ?? '')
        return done(204)
      case 'POST upload':
        fake.objects.set(key, joined(partsOf(uploadId), body.toString()))
        fake.unfinished.delete(uploadId ?? '')
        return done(
          200,
          `<CompleteMultipartUploadResult><Key>${key}</Key><ETag>"x-1"</ETag></CompleteMultipartUploadResult>`,
        )
      default:
        throw new Refusal(405, 'MethodNotAllowed')
    }
  }

  function partsOf(uploadId: string | null): Map<number, Buffer> {
    const parts = fake.unfinished.get(uploadId ?? '')
    if (!parts) throw new Refusal(404, 'NoSuchUpload')
    return parts
  }
  return fake
}

function joined(parts: Map<number, Buffer>, xml: string): Buffer {
  const asked = [...xml.matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)].map(([, number]) => Number(number))
  if (asked.some((number, at) => number <= (asked[at - 1] ?? 0))) throw new Refusal(400, 'InvalidPartOrder')
  const pieces = asked.map((number) => parts.get(number) ?? Buffer.alloc(0))
  if (pieces.some(({ length }) => length === 0)) throw new Refusal(400, 'InvalidPart')
  if (pieces.slice(0, -1).some(({ length }) => length < smallestPart))
    throw new Refusal(400, 'EntityTooSmall')
  return Buffer.concat(pieces)
}

function sendObject(
  request: IncomingMessage,
  response: ServerResponse,
  object: Buffer | undefined,
  isCut: boolean,
): void {
  if (!object) throw new Refusal(404, 'NoSuchKey')
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
  const [start, end] = first ? [Number(first), Math.min(Number(last) + 1, object.length)] : [0, object.length]
  if (start >= end) throw new Refusal(416, 'InvalidRange')
  const bytes = object.subarray(start, end)
  response.writeHead(first ? 206 : 200, {
    'content-length': bytes.length,
    'content-range': `bytes ${start}-${end - 1}/${object.length}`,
    'content-type': 'application/octet-stream',
  })
  if (isCut) response.write(bytes.subarray(0, bytes.length >> 1), () => request.socket.destroy())
  else response.end(bytes)
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/** By the book of Amazon's "Authenticating Requests (AWS Signature Version 4)", from the request as it came. */
function requireSignature(request: IncomingMessage, url: URL, body: Buffer): void {
  const parsed =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    )
  if (!parsed) throw new Refusal(403, 'AccessDenied')
  const [, id = '', day = '', region = '', signed = '', signature = ''] = parsed
  if (id !== fakeS3Key.id) throw new Refusal(403, 'InvalidAccessKeyId')
  const stamp = String(request.headers['x-amz-date'])
  const [, y, m, d, hh, mm, ss] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp) ?? []
  const sentAt = Date.parse(`${y}-${m}-${d}T${hh}:${mm}:${ss}Z`)
  if (!(Math.abs(Date.now() - sentAt) < 15 * 60_000) || !stamp.startsWith(day))
    throw new Refusal(403, 'RequestTimeTooSkewed')
  const bodyHash = String(request.headers['x-amz-content-sha256'])
  if (bodyHash !== sha256(body)) throw new Refusal(400, 'XAmzContentSHA256Mismatch')
  const names = signed.split(';')
  for (const needed of ['host', 'x-amz-content-sha256', 'x-amz-date'])
    if (!names.includes(needed)) throw new Refusal(403, 'AccessDenied')
  const canonical = [
    request.method,
    url.pathname,
    canonicalQuery(url),
    ...names.map(
      (name) =>
        `${name}:${String(request.headers[name] ?? '')
          .trim()
          .replaceAll(/\s+/g, ' ')}`,
    ),
    '',
    signed,
    bodyHash,
  ].join('\n')
  const scope = `${day}/${region}/s3/aws4_request`
  const text = ['AWS4-HMAC-SHA256', stamp, scope, sha256(canonical)].join('\n')
  const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${fakeS3Key.secret}`)
  const expected = createHmac('sha256', key).update(text).digest()
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex')))
    throw new Refusal(403, 'SignatureDoesNotMatch')
}

function canonicalQuery({ searchParams }: URL): string {
  const strictly = (text: string) =>
    encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  return [...searchParams]
    .map(([name, value]) => `${strictly(name)}=${strictly(value)}`)
    .sort()
    .join('&')
}
